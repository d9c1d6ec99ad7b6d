//! What Amazon's resources mean: Terraform as a person writes it, and the facts that are then known.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::too_many_lines,
    reason = "a test may panic"
)]

#[path = "support/terraform.rs"]
mod terraform;

use deodar::model::Resource;
use terraform::{expect, resources};

#[test]
fn a_bucket_is_encrypted_by_default_and_closed() {
    let bucket = r#"resource "aws_s3_bucket" "b" {}"#;
    expect(
        bucket,
        None,
        "aws_s3_bucket.b encrypted true
         aws_s3_bucket.b customer_key false
         aws_s3_bucket.b public_read false
         aws_s3_bucket.b public_write false
         aws_s3_bucket.b tls_only false
         aws_s3_bucket.b versioned false",
    );
}

#[test]
fn settings_of_a_bucket_stand_in_resources_of_their_own() {
    let bucket = r#"
        resource "aws_s3_bucket" "b" { bucket = "letters" }
        resource "aws_kms_key" "k" {}
        resource "aws_kms_alias" "k" {
          name          = "alias/k"
          target_key_id = aws_kms_key.k.key_id
        }
        resource "aws_s3_bucket_server_side_encryption_configuration" "b" {
          bucket = aws_s3_bucket.b.bucket
          rule {
            apply_server_side_encryption_by_default {
              sse_algorithm     = "aws:kms"
              kms_master_key_id = aws_kms_alias.k.target_key_arn
            }
          }
        }
        resource "aws_s3_bucket_versioning" "b" {
          bucket = "letters"
          versioning_configuration { status = "Enabled" }
        }
        resource "aws_s3_bucket_policy" "b" {
          bucket = aws_s3_bucket.b.id
          policy = jsonencode({
            Statement = [{
              Effect = "Deny", Principal = "*", Action = "s3:*"
              Resource  = [aws_s3_bucket.b.arn, "${aws_s3_bucket.b.arn}/*"]
              Condition = { Bool = { "aws:SecureTransport" = "false" } }
            }]
          })
        }"#;
    expect(
        bucket,
        None,
        "aws_s3_bucket.b encrypted true
         aws_s3_bucket.b customer_key true
         aws_s3_bucket.b versioned true
         aws_s3_bucket.b backed_up true
         aws_s3_bucket.b tls_only true
         aws_s3_bucket.b public_read false",
    );
}

#[test]
fn the_older_inline_spelling_of_a_bucket_is_read_as_well() {
    let bucket = r#"
        resource "aws_s3_bucket" "b" {
          acl = "public-read"
          versioning { enabled = true }
          server_side_encryption_configuration {
            rule {
              apply_server_side_encryption_by_default { sse_algorithm = "AES256" }
            }
          }
        }
        resource "aws_s3_bucket" "granted" {
          grant {
            type        = "Group"
            permissions = ["WRITE"]
            uri         = "http://acs.amazonaws.com/groups/global/AllUsers"
          }
        }"#;
    expect(
        bucket,
        None,
        "aws_s3_bucket.b public_read true
         aws_s3_bucket.b public_write false
         aws_s3_bucket.b versioned true
         aws_s3_bucket.b customer_key false
         aws_s3_bucket.granted public_read false
         aws_s3_bucket.granted public_write true",
    );
}

#[test]
fn guards_close_what_grants_open() {
    let with = |guard: &str| {
        format!(
            r#"resource "aws_s3_bucket" "b" {{}}
               resource "aws_s3_bucket_acl" "b" {{
                 bucket = aws_s3_bucket.b.id
                 acl    = "public-read"
               }}
               {guard}"#
        )
    };
    let public = |guard: &str, is: &str| {
        expect(&with(guard), None, &format!("aws_s3_bucket.b public_read {is}"));
    };
    public("", "true");
    let own = r#"resource "aws_s3_bucket_public_access_block" "b" {
        bucket = aws_s3_bucket.b.id
        ignore_public_acls = true
    }"#;
    public(own, "false");
    let partial = r#"resource "aws_s3_bucket_public_access_block" "b" {
        bucket = aws_s3_bucket.b.id
        block_public_policy = true
        restrict_public_buckets = true
    }"#;
    // a guard against policies does not close a list
    public(partial, "true");
    let account = r#"resource "aws_s3_account_public_access_block" "a" { ignore_public_acls = true }"#;
    public(account, "false");
    let owner = r#"resource "aws_s3_bucket_ownership_controls" "b" {
        bucket = aws_s3_bucket.b.id
        rule { object_ownership = "BucketOwnerEnforced" }
    }"#;
    // lists are switched off
    public(owner, "false");
    let elsewhere = r#"variable "bucket" {}
    resource "aws_s3_bucket_public_access_block" "b" {
        bucket = var.bucket
        ignore_public_acls = true
    }"#;
    // the guard may be this bucket's
    public(elsewhere, "?");
}

#[test]
fn a_list_of_a_bucket_that_is_not_here_is_judged_for_what_it_says() {
    let list = r#"resource "aws_s3_bucket_acl" "b" {
        bucket = "somewhere-else"
        acl    = "public-read"
    }"#;
    expect(
        list,
        None,
        "aws_s3_bucket_acl.b public_read true
         aws_s3_bucket_acl.b public_write ?
         aws_s3_bucket_acl.b tls_only ?",
    );
}

#[test]
fn a_name_that_two_buckets_bear_tells_neither_from_the_other() {
    let buckets = r#"
        resource "aws_s3_bucket" "a" { bucket = "letters" }
        resource "aws_s3_bucket" "b" { bucket = "letters" }
        resource "aws_s3_bucket_acl" "a" {
          bucket = aws_s3_bucket.a.bucket
          acl    = "private"
        }
        resource "aws_s3_bucket_acl" "either" {
          bucket = "letters"
          acl    = "public-read"
        }"#;
    expect(
        buckets,
        None,
        "aws_s3_bucket.a public_read ?
         aws_s3_bucket.b public_read ?
         aws_s3_bucket_acl.either public_read true",
    );
    let told = buckets.replace("= \"letters\"\n          acl", "= aws_s3_bucket.b.bucket\n          acl");
    expect(
        &told,
        None,
        "aws_s3_bucket.a public_read false
         aws_s3_bucket.b public_read true",
    );
}

#[test]
fn a_database_takes_its_encryption_from_what_it_is_made_of() {
    let databases = r#"
        resource "aws_db_instance" "bare" { engine = "mysql" }
        resource "aws_db_instance" "source" {
          engine            = "mysql"
          identifier        = "source"
          storage_encrypted = true
        }
        resource "aws_db_instance" "replica" { replicate_source_db = aws_db_instance.source.identifier }
        resource "aws_db_instance" "far" {
          replicate_source_db = "arn:aws:rds:us-east-1:111122223333:db:other"
          kms_key_id          = "arn:aws:kms:eu-west-1:111122223333:key/1"
        }
        resource "aws_db_instance" "elsewhere" { replicate_source_db = "other" }
        resource "aws_db_instance" "restored" { snapshot_identifier = "old" }
        resource "aws_rds_cluster" "serverless" {
          engine      = "aurora-mysql"
          engine_mode = "serverless"
        }
        resource "aws_rds_global_cluster" "world" { storage_encrypted = true }
        resource "aws_rds_cluster" "member" {
          engine                    = "aurora-mysql"
          global_cluster_identifier = aws_rds_global_cluster.world.id
        }"#;
    expect(
        databases,
        None,
        "aws_db_instance.bare       encrypted false
         aws_db_instance.replica    encrypted true
         aws_db_instance.replica    engine    mysql
         aws_db_instance.far        encrypted true
         aws_db_instance.elsewhere  encrypted ?
         aws_db_instance.restored   encrypted ?
         aws_rds_cluster.serverless encrypted true
         aws_rds_cluster.member     encrypted true",
    );
}

#[test]
fn members_make_a_cluster_public() {
    let cluster = r#"
        resource "aws_rds_cluster" "c" { engine = "aurora-postgresql" }
        resource "aws_rds_cluster_instance" "a" { cluster_identifier = aws_rds_cluster.c.id }
        resource "aws_rds_cluster_instance" "b" {
          cluster_identifier  = aws_rds_cluster.c.id
          publicly_accessible = true
        }"#;
    expect(cluster, None, "aws_rds_cluster.c public true");
}

#[test]
fn tls_is_demanded_by_a_parameter_or_by_the_engine() {
    let databases = r#"
        resource "aws_db_parameter_group" "strict" {
          family = "mysql8.0"
          parameter {
            name  = "require_secure_transport"
            value = "1"
          }
        }
        resource "aws_db_instance" "mysql" { engine = "mysql" }
        resource "aws_db_instance" "strict" {
          engine               = "mysql"
          parameter_group_name = aws_db_parameter_group.strict.name
        }
        resource "aws_db_instance" "new" {
          engine         = "postgres"
          engine_version = "16.3"
        }
        resource "aws_db_instance" "old" {
          engine         = "postgres"
          engine_version = "14.9"
        }
        resource "aws_db_instance" "elsewhere" {
          engine               = "postgres"
          parameter_group_name = "made-by-hand"
        }"#;
    expect(
        databases,
        None,
        "aws_db_instance.mysql     tls_required false
         aws_db_instance.strict    tls_required true
         aws_db_instance.new       tls_required true
         aws_db_instance.old       tls_required false
         aws_db_instance.elsewhere tls_required ?",
    );
}

#[test]
fn ports_and_sources_of_firewall_rules() {
    let groups = r#"
        resource "aws_security_group" "g" {
          ingress {
            from_port   = 22
            to_port     = 22
            protocol    = "tcp"
            cidr_blocks = ["10.0.0.0/8", "0.0.0.0/0"]
          }
          ingress {
            from_port = 0
            to_port   = 0
            protocol  = "-1"
            self      = true
          }
          ingress {
            from_port   = -1
            to_port     = -1
            protocol    = "icmp"
            cidr_blocks = ["0.0.0.0/0"]
          }
          egress {
            from_port   = 0
            to_port     = 0
            protocol    = "-1"
            cidr_blocks = ["0.0.0.0/0"]
          }
        }
        resource "aws_security_group" "attributes" {
          ingress = [{
            from_port = 5432, to_port = 5432, protocol = "tcp", ipv6_cidr_blocks = ["::/0"], cidr_blocks = []
            description = "", prefix_list_ids = [], security_groups = [], self = false
          }]
        }
        variable "office" {}
        resource "aws_vpc_security_group_ingress_rule" "r" {
          security_group_id = aws_security_group.g.id
          cidr_ipv4         = var.office
          ip_protocol       = "-1"
        }
        resource "aws_network_acl_rule" "answers" {
          rule_action = "allow"
          protocol    = "tcp"
          from_port   = 1024
          to_port     = 65535
          cidr_block  = "0.0.0.0/0"
        }"#;
    expect(
        groups,
        None,
        "aws_security_group.g/ingress[0] from_anywhere true
         aws_security_group.g/ingress[0] admin_port true
         aws_security_group.g/ingress[0] data_port false
         aws_security_group.g/ingress[1] from_anywhere false
         aws_security_group.g/ingress[1] all_ports true
         aws_security_group.g/ingress[2] from_anywhere true
         aws_security_group.g/ingress[2] admin_port false
         aws_security_group.g/ingress[2] all_ports false
         aws_security_group.g/egress[0] inbound false
         aws_security_group.attributes/ingress[0] from_anywhere true
         aws_security_group.attributes/ingress[0] data_port true
         aws_vpc_security_group_ingress_rule.r from_anywhere ?
         aws_network_acl_rule.answers inbound true
         aws_network_acl_rule.answers data_port false
         aws_network_acl_rule.answers admin_port false",
    );
}

#[test]
fn the_account_may_encrypt_volumes_by_default_in_its_region() {
    let volumes = r#"
        provider "aws" { region = "eu-central-1" }
        provider "aws" {
          alias  = "us"
          region = "us-east-1"
        }
        resource "aws_ebs_encryption_by_default" "on" {}
        resource "aws_ebs_volume" "here" { size = 1 }
        resource "aws_ebs_volume" "there" {
          provider = aws.us
          size     = 1
        }
        resource "aws_ebs_volume" "restored" {
          provider    = aws.us
          snapshot_id = "snap-1"
        }
        resource "aws_instance" "i" {
          provider = aws.us
          root_block_device { volume_size = 8 }
          ebs_block_device {
            device_name = "/dev/sdb"
            encrypted   = true
          }
        }"#;
    expect(
        volumes,
        None,
        "aws_ebs_volume.here encrypted true
         aws_ebs_volume.there encrypted false
         aws_ebs_volume.restored encrypted ?
         aws_instance.i/root_block_device encrypted false
         aws_instance.i/ebs_block_device[0] encrypted true
         aws_instance.i metadata_token_required false
         aws_instance.i public_address ?",
    );
}

#[test]
fn a_configuration_that_names_its_account_is_no_running_account() {
    let machine = r#"
        provider "aws" { allowed_account_ids = ["111122223333"] }
        resource "aws_instance" "i" {
          root_block_device { volume_size = 8 }
        }
        resource "aws_iam_role" "r" {
          assume_role_policy = jsonencode({
            Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { AWS = "444455556666" } }]
          })
        }"#;
    // its volumes are not listed elsewhere, and whose the other account is nobody has declared
    expect(
        machine,
        None,
        "aws_instance.i/root_block_device encrypted false
         aws_iam_role.r trusts_foreign ?",
    );
}

#[test]
fn a_choice_between_a_key_and_nothing_is_no_key_yet() {
    let vault = r#"
        variable "own_key" { type = bool }
        resource "aws_kms_key" "k" {}
        resource "aws_backup_vault" "chosen" { kms_key_arn = var.own_key ? aws_kms_key.k.arn : null }
        resource "aws_backup_vault" "keyed" { kms_key_arn = aws_kms_key.k.arn }
        resource "aws_backup_vault" "managed" { kms_key_arn = "alias/aws/backup" }"#;
    expect(
        vault,
        None,
        "aws_backup_vault.chosen customer_key ?
         aws_backup_vault.keyed customer_key true
         aws_backup_vault.managed customer_key false",
    );
}

#[test]
fn whose_account_it_is_must_be_declared() {
    let role = |account: &str| {
        format!(
            r#"resource "aws_iam_role" "r" {{
              assume_role_policy = jsonencode({{
                Statement = [{{ Effect = "Allow", Action = "sts:AssumeRole", Principal = {{ AWS = "{account}" }} }}]
              }})
            }}"#
        )
    };
    let foreign = |account: &str, own: Option<&[&str]>, is: &str| {
        expect(&role(account), own, &format!("aws_iam_role.r trusts_foreign {is}"));
    };
    foreign("444455556666", None, "?");
    foreign("444455556666", Some(&["111122223333"]), "true");
    foreign("arn:aws:iam::111122223333:root", Some(&["111122223333"]), "false");
    expect(&role("*"), None, "aws_iam_role.r trusts_anyone true");
}

#[test]
fn each_statement_is_a_grant() {
    let policy = r#"
        data "aws_iam_policy_document" "d" {
          statement {
            actions   = ["s3:GetObject"]
            resources = ["*"]
          }
          statement {
            actions   = ["*"]
            resources = ["*"]
          }
        }
        resource "aws_iam_policy" "p" { policy = data.aws_iam_policy_document.d.json }
        resource "aws_iam_role_policy_attachment" "a" {
          role       = "r"
          policy_arn = "arn:aws:iam::aws:policy/AdministratorAccess"
        }"#;
    expect(
        policy,
        None,
        "aws_iam_policy.p/statement[0] admin false
         aws_iam_policy.p/statement[1] admin true
         aws_iam_role_policy_attachment.a admin true",
    );
}

#[test]
fn a_backup_plan_covers_what_it_names_and_what_is_tagged() {
    let plan = r#"
        resource "aws_dynamodb_table" "named" { name = "a" }
        resource "aws_dynamodb_table" "tagged" {
          name = "b"
          tags = { backup = "daily" }
        }
        resource "aws_dynamodb_table" "neither" { name = "c" }
        resource "aws_backup_selection" "s" {
          resources = [aws_dynamodb_table.named.arn]
          selection_tag {
            type  = "STRINGEQUALS"
            key   = "backup"
            value = "daily"
          }
        }"#;
    expect(
        plan,
        None,
        "aws_dynamodb_table.named backed_up true
         aws_dynamodb_table.tagged backed_up true
         aws_dynamodb_table.neither backed_up false",
    );
}

#[test]
fn listeners_for_http_must_redirect() {
    let listeners = r#"
        resource "aws_lb_listener" "plain" {
          protocol = "HTTP"
          default_action { type = "forward" }
        }
        resource "aws_lb_listener" "redirect" {
          protocol = "HTTP"
          default_action {
            type = "redirect"
            redirect {
              protocol    = "HTTPS"
              status_code = "HTTP_301"
            }
          }
        }
        resource "aws_lb_listener" "secure" {
          protocol   = "HTTPS"
          ssl_policy = "ELBSecurityPolicy-TLS13-1-2-2021-06"
          default_action { type = "forward" }
        }
        resource "aws_lb_listener" "old" {
          protocol = "HTTPS"
          default_action { type = "forward" }
        }"#;
    expect(
        listeners,
        None,
        "aws_lb_listener.plain https_only false
         aws_lb_listener.redirect https_only true
         aws_lb_listener.secure modern_tls true
         aws_lb_listener.old modern_tls false",
    );
}

#[test]
fn containers_of_a_task_are_read_out_of_its_json() {
    let task = r#"
        variable "image" {}
        resource "aws_ecs_task_definition" "t" {
          family = "t"
          container_definitions = jsonencode([
            { name = "web", image = var.image, privileged = true, user = "1000" },
            { name = "log", image = "log", environment = [{ name = "DB_PASSWORD", value = "kR8-pd2mQx!7" }] },
          ])
        }"#;
    expect(
        task,
        None,
        "aws_ecs_task_definition.t plain_secret true
         aws_ecs_task_definition.t/container[web] privileged true
         aws_ecs_task_definition.t/container[web] root false
         aws_ecs_task_definition.t/container[log] privileged false
         aws_ecs_task_definition.t/container[log] root true",
    );
}

#[test]
fn a_password_that_is_written_out_is_a_credential_in_code() {
    let databases = r#"
        variable "given" {}
        resource "random_password" "p" { length = 32 }
        resource "aws_db_instance" "written" { password = "kR8-pd2mQx!7" }
        resource "aws_db_instance" "given" { password = var.given }
        resource "aws_db_instance" "random" { password = random_password.p.result }
        resource "aws_ssm_parameter" "s" {
          type  = "SecureString"
          value = "kR8-pd2mQx!7"
        }
        resource "aws_ssm_parameter" "plain" {
          type  = "String"
          value = "eu-central-1"
        }"#;
    let resources = resources(databases, None);
    let found: Vec<_> =
        resources.iter().filter(|r| r.fact("plain_secret").is_some()).map(Resource::full_address).collect();
    assert_eq!(found, ["aws_db_instance.written/password", "aws_ssm_parameter.s/value"]);
}

#[test]
fn a_collection_is_public_where_a_network_policy_for_it_says_so() {
    let collections = r#"
        resource "aws_opensearchserverless_collection" "open" { name = "notes" }
        resource "aws_opensearchserverless_collection" "closed" { name = "letters" }
        resource "aws_opensearchserverless_security_policy" "n" {
          name = "n"
          type = "network"
          policy = jsonencode([
            { Rules = [{ ResourceType = "collection", Resource = ["collection/notes*"] }], AllowFromPublic = true },
            { Rules = [{ ResourceType = "collection", Resource = ["collection/letters"] }], AllowFromPublic = false },
          ])
        }"#;
    expect(
        collections,
        None,
        "aws_opensearchserverless_collection.open public true
         aws_opensearchserverless_collection.closed public false",
    );
}

#[test]
fn a_default_subnet_gives_public_addresses_wherever_it_is_asked() {
    let group = r#"
        resource "aws_default_subnet" "a" { availability_zone = "eu-west-1a" }
        resource "aws_instance" "a" { subnet_id = aws_default_subnet.a.id }
        resource "aws_eks_node_group" "a" { subnet_ids = [aws_default_subnet.a.id] }"#;
    expect(
        group,
        None,
        "aws_default_subnet.a auto_public true
         aws_instance.a public_address true
         aws_eks_node_group.a nodes_private false",
    );
}
