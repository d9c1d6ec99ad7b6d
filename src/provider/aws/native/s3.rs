//! Amazon S3: what Terraform writes as resources of their own are properties of the bucket.

use crate::provider::spelling::Move::{self, Each, Flag, To, Usual, Words};
use crate::provider::spelling::Plain::Text;
use crate::provider::spelling::{Fragment, Native};

pub(super) const TABLE: &[Native] = &[
    Native {
        native: "AWS::S3::Bucket",
        reads_as: "aws_s3_bucket",
        moves: &[
            To("BucketName", "bucket"),
            Words("AccessControl", "acl", CANNED),
            Each(
                "BucketEncryption",
                "server_side_encryption_configuration",
                &[Each(
                    "ServerSideEncryptionConfiguration",
                    "rule",
                    &[To("ServerSideEncryptionByDefault", "apply_server_side_encryption_by_default")],
                )],
            ),
            Flag("VersioningConfiguration.Status", "versioning.enabled", &["Enabled"]),
            // without a name the bucket logs into itself
            Each(
                "LoggingConfiguration",
                "logging",
                &[Usual("target_bucket", Text("")), To("DestinationBucketName", "target_bucket")],
            ),
        ],
        also: &[
            Fragment {
                from: "PublicAccessBlockConfiguration",
                reads_as: "aws_s3_bucket_public_access_block",
                by: "bucket",
                moves: &[
                    To("BlockPublicAcls", "block_public_acls"),
                    To("BlockPublicPolicy", "block_public_policy"),
                    To("IgnorePublicAcls", "ignore_public_acls"),
                    To("RestrictPublicBuckets", "restrict_public_buckets"),
                ],
            },
            // what a running account says, whoever set it
            Fragment {
                from: "AccessControlPolicy",
                reads_as: "aws_s3_bucket_acl",
                by: "bucket",
                moves: &[To("Grants", "access_control_policy.grant")],
            },
            Fragment {
                from: "OwnershipControls",
                reads_as: "aws_s3_bucket_ownership_controls",
                by: "bucket",
                moves: &[To("Rules", "rule")],
            },
            Fragment {
                from: "LifecycleConfiguration",
                reads_as: "aws_s3_bucket_lifecycle_configuration",
                by: "bucket",
                moves: &[Each("Rules", "rule", EXPIRY)],
            },
            Fragment {
                from: "WebsiteConfiguration",
                reads_as: "aws_s3_bucket_website_configuration",
                by: "bucket",
                moves: &[],
            },
        ],
    },
    Native::moved("AWS::S3::BucketPolicy", "aws_s3_bucket_policy", &[To("PolicyDocument", "policy")]),
    Native::moved(
        "AWS::S3::MultiRegionAccessPoint",
        "aws_s3control_multi_region_access_point",
        &[To("Name", "details.name"), To("Regions", "details.region")],
    ),
    Native::moved("AWS::S3Express::BucketPolicy", "aws_s3_bucket_policy", &[To("PolicyDocument", "policy")]),
    Native::moved(
        "AWS::S3Express::DirectoryBucket",
        "aws_s3_directory_bucket",
        &[
            To("BucketName", "bucket"),
            To(
                "BucketEncryption.ServerSideEncryptionConfiguration.ServerSideEncryptionByDefault.KMSMasterKeyID",
                "kms_master_key_id",
            ),
        ],
    ),
];

const EXPIRY: &[Move] = &[To("ExpirationInDays", "expiration.days"), To("ExpirationDate", "expiration.date")];

/// Canned access lists: <https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html#canned-acl>.
const CANNED: &[(&str, &str)] = &[
    ("AuthenticatedRead", "authenticated-read"),
    ("AwsExecRead", "aws-exec-read"),
    ("BucketOwnerFullControl", "bucket-owner-full-control"),
    ("BucketOwnerRead", "bucket-owner-read"),
    ("LogDeliveryWrite", "log-delivery-write"),
    ("Private", "private"),
    ("PublicRead", "public-read"),
    ("PublicReadWrite", "public-read-write"),
];
