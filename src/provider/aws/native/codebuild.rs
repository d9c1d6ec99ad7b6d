//! AWS CodeBuild.

use crate::provider::spelling::{Move::Each, Native};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::CodeBuild::Project",
        "aws_codebuild_project",
        &[Each("Environment.EnvironmentVariables", "environment.environment_variable", &[])],
    ),
    Native::same("AWS::CodeBuild::SourceCredential", "aws_codebuild_source_credential"),
];
