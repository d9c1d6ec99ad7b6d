//! Plans of any length, in the form that `terraform show -json` writes: one line, every attribute of the provider's
//! schema, most of them null, and the long texts that make real plans long: policies, scripts, dashboards.

use std::fmt::Write as _;
use std::io::{self, Write};

/// A resource of a team: its type, and its attributes as they will be.
pub type Made = (&'static str, fn(usize) -> String, &'static str);

/// What each team has; `$` stands for its number.
pub const TEAM: [Made; 9] = [
    (
        "aws_s3_bucket",
        bucket,
        r#"{"arn":true,"id":true,"bucket_domain_name":true,"hosted_zone_id":true,"region":true}"#,
    ),
    (
        "aws_s3_bucket_versioning",
        versioning,
        r#"{"bucket":true,"id":true,"versioning_configuration":[{"mfa_delete":true}]}"#,
    ),
    ("aws_s3_bucket_public_access_block", guard, r#"{"bucket":true,"id":true}"#),
    (
        "aws_security_group",
        group,
        r#"{"arn":true,"id":true,"owner_id":true,"egress":[{}],"ingress":[{"cidr_blocks":[false]}]}"#,
    ),
    ("aws_instance", instance, r#"{"arn":true,"id":true,"private_ip":true,"vpc_security_group_ids":true}"#),
    ("aws_db_instance", database, r#"{"arn":true,"id":true,"address":true,"endpoint":true,"kms_key_id":true}"#),
    ("aws_iam_policy", policy, r#"{"arn":true,"id":true,"policy_id":true}"#),
    ("aws_cloudwatch_dashboard", dashboard, r#"{"dashboard_arn":true,"id":true}"#),
    ("aws_cloudwatch_log_group", log, r#"{"arn":true,"id":true}"#),
];

fn nulls(names: &str) -> String {
    names.split(' ').fold(String::new(), |mut out, name| {
        let _ = write!(out, r#","{name}":null"#);
        out
    })
}

fn tags(team: usize) -> String {
    let tags = format!(
        r#"{{"team":"team-{team}","cost-center":"cc-{team}","data-class":"personal","managed-by":"terraform"}}"#
    );
    format!(r#""tags":{tags},"tags_all":{tags}"#)
}

fn bucket(team: usize) -> String {
    let rest = nulls(
        "acceleration_status acl bucket_prefix cors_rule expected_bucket_owner grant lifecycle_rule logging object_lock_configuration policy replication_configuration request_payer server_side_encryption_configuration timeouts website website_domain website_endpoint",
    );
    format!(
        r#"{{"bucket":"records-of-team-{team}","force_destroy":false,"object_lock_enabled":false{rest},{}}}"#,
        tags(team)
    )
}

fn versioning(team: usize) -> String {
    let status = if team.is_multiple_of(7) { "Suspended" } else { "Enabled" };
    format!(r#"{{"expected_bucket_owner":"","mfa":null,"versioning_configuration":[{{"status":"{status}"}}]}}"#)
}

fn guard(_: usize) -> String {
    r#"{"block_public_acls":true,"block_public_policy":true,"ignore_public_acls":true,"restrict_public_buckets":true}"#
        .to_owned()
}

fn group(team: usize) -> String {
    let open = if team.is_multiple_of(50) { "0.0.0.0/0" } else { "10.0.0.0/8" };
    format!(
        r#"{{"description":"what team {team} lets in","egress":[{{"cidr_blocks":["10.0.0.0/8"],"description":"","from_port":443,"ipv6_cidr_blocks":[],"prefix_list_ids":[],"protocol":"tcp","security_groups":[],"self":false,"to_port":443}}],"ingress":[{{"cidr_blocks":["{open}"],"description":"administration","from_port":22,"ipv6_cidr_blocks":[],"prefix_list_ids":[],"protocol":"tcp","security_groups":[],"self":false,"to_port":22}}],"name":"team-{team}","name_prefix":null,"revoke_rules_on_delete":false,"timeouts":null,"vpc_id":"vpc-0a1b2c3d4e5f60718",{}}}"#,
        tags(team)
    )
}

fn instance(team: usize) -> String {
    let rest = nulls(
        "associate_public_ip_address availability_zone capacity_reservation_specification cpu_core_count cpu_threads_per_core credit_specification disable_api_stop disable_api_termination enclave_options ephemeral_block_device get_password_data hibernation host_id host_resource_group_arn instance_initiated_shutdown_behavior instance_lifecycle instance_market_options ipv6_address_count ipv6_addresses key_name launch_template maintenance_options network_interface outpost_arn password_data placement_group placement_partition_number public_dns public_ip secondary_private_ips spot_instance_request_id tenancy timeouts user_data_base64 volume_tags",
    );
    format!(
        r##"{{"ami":"ami-0123456789abcdef0","ebs_optimized":true,"iam_instance_profile":"team-{team}","instance_type":"m6i.large","metadata_options":[{{"http_endpoint":"enabled","http_put_response_hop_limit":1,"http_tokens":"required","instance_metadata_tags":"disabled"}}],"monitoring":true,"root_block_device":[{{"delete_on_termination":true,"encrypted":true,"volume_size":40,"volume_type":"gp3","iops":3000,"throughput":125,"kms_key_id":"arn:aws:kms:eu-central-1:111122223333:key/0a1b2c3d"}}],"source_dest_check":true,"subnet_id":"subnet-0a1b2c3d4e5f60718","user_data":"#!/bin/bash\nset -euo pipefail\necho team-{team} > /etc/team\nsystemctl enable --now agent\n{}","user_data_replace_on_change":false{rest},{}}}"##,
        r"echo what a machine does when it begins, line by line, as people write it\n".repeat(60),
        tags(team)
    )
}

fn database(team: usize) -> String {
    let rest = nulls(
        "blue_green_update character_set_name custom_iam_instance_profile customer_owned_ip_enabled db_name delete_automated_backups domain domain_auth_secret_arn domain_dns_ips domain_fqdn domain_iam_role_name domain_ou final_snapshot_identifier iops license_model manage_master_user_password max_allocated_storage monitoring_role_arn nchar_character_set_name network_type option_group_name performance_insights_kms_key_id replica_mode replicate_source_db restore_to_point_in_time s3_import snapshot_identifier storage_throughput timeouts timezone",
    );
    format!(
        r#"{{"allocated_storage":100,"allow_major_version_upgrade":false,"apply_immediately":false,"auto_minor_version_upgrade":true,"backup_retention_period":35,"copy_tags_to_snapshot":true,"deletion_protection":true,"enabled_cloudwatch_logs_exports":["postgresql","upgrade"],"engine":"postgres","engine_version":"16.3","iam_database_authentication_enabled":true,"identifier":"team-{team}","instance_class":"db.m6i.large","multi_az":true,"password":"hunter2-of-team-{team}","performance_insights_enabled":true,"publicly_accessible":false,"skip_final_snapshot":false,"storage_encrypted":{},"storage_type":"gp3","username":"administrator"{rest},{}}}"#,
        !team.is_multiple_of(40),
        tags(team)
    )
}

fn policy(team: usize) -> String {
    let statements = (0..16).map(|part| {
        format!(r#"{{\"Sid\":\"Part{part}\",\"Effect\":\"Allow\",\"Action\":[\"s3:GetObject\",\"s3:PutObject\",\"s3:ListBucket\"],\"Resource\":[\"arn:aws:s3:::records-of-team-{team}\",\"arn:aws:s3:::records-of-team-{team}/part-{part}/*\"]}}"#)
    });
    let statements = statements.collect::<Vec<_>>().join(",");
    format!(
        r#"{{"delay_after_policy_creation_in_ms":null,"description":"what team {team} may do","name":"team-{team}","name_prefix":null,"path":"/","policy":"{{\"Version\":\"2012-10-17\",\"Statement\":[{statements}]}}",{}}}"#,
        tags(team)
    )
}

fn dashboard(team: usize) -> String {
    let widgets = (0..60).map(|part| {
        format!(r#"{{\"type\":\"metric\",\"x\":0,\"y\":{part},\"width\":24,\"height\":6,\"properties\":{{\"metrics\":[[\"AWS/RDS\",\"CPUUtilization\",\"DBInstanceIdentifier\",\"team-{team}\"],[\"AWS/RDS\",\"FreeStorageSpace\",\"DBInstanceIdentifier\",\"team-{team}\"],[\"AWS/RDS\",\"DatabaseConnections\",\"DBInstanceIdentifier\",\"team-{team}\"]],\"period\":300,\"stat\":\"Average\",\"region\":\"eu-central-1\",\"title\":\"Part {part} of team {team}\"}}}}"#)
    });
    let widgets = widgets.collect::<Vec<_>>().join(",");
    format!(r#"{{"dashboard_body":"{{\"widgets\":[{widgets}]}}","dashboard_name":"team-{team}"}}"#)
}

fn log(team: usize) -> String {
    format!(
        r#"{{"kms_key_id":null,"log_group_class":"STANDARD","name":"/teams/{team}","name_prefix":null,"retention_in_days":400,"skip_destroy":false,{}}}"#,
        tags(team)
    )
}

/// Writes the plan of `teams` teams: a third is made, a third altered, a third left as it is; what is there already
/// stands in the state before as well.
pub fn write(teams: usize, to: &mut impl Write) -> io::Result<()> {
    let each = |to: &mut dyn Write, one: &dyn Fn(usize, &Made) -> Option<String>| -> io::Result<()> {
        let mut first = true;
        for team in 0..teams {
            for text in TEAM.iter().filter_map(|made| one(team, made)) {
                write!(to, "{}{text}", if first { "" } else { "," })?;
                first = false;
            }
        }
        Ok(())
    };
    let address = |team: usize, kind: &str| format!(r#"module.team[\"{team}\"].{kind}.this"#);
    let values = |team: usize, (kind, after, _): &Made| {
        Some(format!(
            r#"{{"address":"{}","mode":"managed","type":"{kind}","name":"this","provider_name":"registry.terraform.io/hashicorp/aws","schema_version":1,"values":{},"sensitive_values":{{"password":true,"tags":{{}},"tags_all":{{}}}}}}"#,
            address(team, kind),
            after(team)
        ))
    };
    write!(
        to,
        r#"{{"format_version":"1.2","terraform_version":"1.11.4","variables":{{"region":{{"value":"eu-central-1"}}}},"planned_values":{{"root_module":{{"resources":["#
    )?;
    each(to, &values)?;
    write!(to, r#"]}}}},"resource_changes":["#)?;
    each(to, &|team, (kind, after, unknown)| {
        let (actions, before) = match team % 3 {
            0 => (r#"["create"]"#, "null".to_owned()),
            1 => (r#"["update"]"#, after(team)),
            _ => (r#"["no-op"]"#, after(team)),
        };
        Some(format!(
            r#"{{"address":"{}","module_address":"module.team[\"{team}\"]","mode":"managed","type":"{kind}","name":"this","provider_name":"registry.terraform.io/hashicorp/aws","change":{{"actions":{actions},"before":{before},"after":{},"after_unknown":{unknown},"before_sensitive":false,"after_sensitive":{{"password":true,"tags":{{}},"tags_all":{{}}}}}}}}"#,
            address(team, kind),
            after(team)
        ))
    })?;
    write!(
        to,
        r#"],"prior_state":{{"format_version":"1.0","terraform_version":"1.11.4","values":{{"root_module":{{"resources":["#
    )?;
    each(to, &|team, made| if team.is_multiple_of(3) { None } else { values(team, made) })?;
    write!(
        to,
        r#"]}}}}}},"configuration":{{"provider_config":{{"aws":{{"name":"aws","expressions":{{"region":{{"references":["var.region"]}}}}}}}},"root_module":{{"module_calls":{{"team":{{"source":"./team","module":{{"resources":["#
    )?;
    for (at, (kind, ..)) in TEAM.iter().enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let expressions = match *kind {
            "aws_s3_bucket_versioning" | "aws_s3_bucket_public_access_block" => {
                r#"{"bucket":{"references":["aws_s3_bucket.this.id","aws_s3_bucket.this"]}}"#
            }
            "aws_instance" => {
                r#"{"vpc_security_group_ids":{"references":["aws_security_group.this.id","aws_security_group.this"]}}"#
            }
            _ => "{}",
        };
        write!(
            to,
            r#"{comma}{{"address":"{kind}.this","mode":"managed","type":"{kind}","name":"this","provider_config_key":"aws","expressions":{expressions}}}"#
        )?;
    }
    write!(to, r#"]}}}}}}}}}}}}"#)
}
