//! ElastiCache, MemoryDB, DAX.

use crate::provider::spelling::{Move::To, Native};

pub(super) const TABLE: &[Native] = &[
    Native::same("AWS::ElastiCache::ReplicationGroup", "aws_elasticache_replication_group"),
    Native::moved("AWS::ElastiCache::CacheCluster", "aws_elasticache_cluster", &[To("ClusterName", "cluster_id")]),
    Native::moved(
        "AWS::ElastiCache::ServerlessCache",
        "aws_elasticache_serverless_cache",
        &[To("ServerlessCacheName", "name")],
    ),
    Native::moved("AWS::MemoryDB::Cluster", "aws_memorydb_cluster", &[To("ClusterName", "name")]),
    Native::moved(
        "AWS::DAX::Cluster",
        "aws_dax_cluster",
        &[To("SSESpecification.SSEEnabled", "server_side_encryption.enabled")],
    ),
    Native::same("AWS::ElastiCache::SubnetGroup", "aws_elasticache_subnet_group"),
    Native::same("AWS::ElastiCache::ParameterGroup", "aws_elasticache_parameter_group"),
    Native::same("AWS::ElastiCache::User", "aws_elasticache_user"),
    Native::same("AWS::ElastiCache::UserGroup", "aws_elasticache_user_group"),
];
