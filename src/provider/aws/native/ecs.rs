//! Amazon ECS and AWS Batch: containers are spelled as in their JSON, from which Terraform takes them.

use crate::provider::spelling::{
    Move::{self, Each, To},
    Native,
};

pub(super) const TABLE: &[Native] = &[
    Native::moved(
        "AWS::ECS::TaskDefinition",
        "aws_ecs_task_definition",
        &[
            Each("ContainerDefinitions", "container_definitions", CONTAINER),
            Each("Volumes", "volume", &[To("Host.SourcePath", "host_path")]),
        ],
    ),
    Native::moved(
        "AWS::ECS::Service",
        "aws_ecs_service",
        &[To("ServiceName", "name"), To("NetworkConfiguration.AwsvpcConfiguration", "network_configuration")],
    ),
    Native::moved(
        "AWS::Batch::JobDefinition",
        "aws_batch_job_definition",
        &[
            To("JobDefinitionName", "name"),
            To("ContainerProperties.JobRoleArn", "job_role_arn"),
            Each("ContainerProperties", "container_properties", JOB),
        ],
    ),
    Native::moved("AWS::ECS::Cluster", "aws_ecs_cluster", &[To("ClusterName", "name")]),
    Native::same("AWS::ECS::CapacityProvider", "aws_ecs_capacity_provider"),
    Native::same("AWS::ECS::ClusterCapacityProviderAssociations", "aws_ecs_cluster_capacity_providers"),
];

const CONTAINER: &[Move] = &[
    To("LinuxParameters.Capabilities.Add", "linuxParameters.capabilities.add"),
    To("DockerSecurityOptions", "dockerSecurityOptions"),
    To("ReadonlyRootFilesystem", "readonlyRootFilesystem"),
];

const JOB: &[Move] = &[
    To("ReadonlyRootFilesystem", "readonlyRootFilesystem"),
    Each("Volumes", "volumes", &[To("Host.SourcePath", "host.sourcePath")]),
];
