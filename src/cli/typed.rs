//! The command line as it is typed.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Judges deployment manifests with Cedar rules against GDPR and HIPAA
#[derive(Parser, Debug)]
#[command(name = "deodar", version, about, max_term_width = 100, arg_required_else_help = true)]
pub(super) struct Typed {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Subcommand, Debug)]
pub(super) enum Command {
    /// Read manifests, judge what they would deploy, and report
    #[command(after_help = EXIT_CODES)]
    Scan(Box<Scan>),
    /// Read a running account or cluster, once and without changing it, into a file that can be scanned
    Snapshot {
        #[command(subcommand)]
        of: Snapshot,
    },
    /// Print the rights that a snapshot needs, and no others
    Permissions {
        #[command(subcommand)]
        of: Permissions,
    },
    /// Say what differs between two snapshots, or a manifest and a snapshot
    #[command(after_help = DIFF_CODES)]
    Diff(Box<Diff>),
    /// List the rules, show one, or begin a new one
    Rules {
        #[command(subcommand)]
        command: Option<Rules>,
    },
    /// List the baselines, or show one requirement by requirement
    Baselines {
        #[command(subcommand)]
        command: Option<Baselines>,
    },
    /// Say what a rule requires, why, and what mends a violation
    Explain {
        /// The rule's id, or a former one
        id: String,
    },
}

const EXIT_CODES: &str = "Exit codes:
  0  nothing at or above the threshold, and everything was seen
  1  violations at or above the threshold
  2  could not run: usage, configuration, or a fault in deodar
  3  nothing to scan
  4  incomplete: something was not read or not seen, or a rule failed;
     with --require-complete also when something cannot be told";

const DIFF_CODES: &str = "Exit codes:
  0  no differences, and everything could be compared
  1  differences
  2  could not run: usage, configuration, or a fault in deodar
  3  nothing to compare
  4  incomplete: no difference is certain, and something was not read or cannot be compared";

#[derive(Args, Debug)]
pub(super) struct Diff {
    /// A snapshot, or a manifest or a folder of them, as it was
    #[arg(value_name = "A")]
    pub(super) before: PathBuf,
    /// The same, as it is
    #[arg(value_name = "B")]
    pub(super) after: PathBuf,
    /// The estate file of both [default: the nearest deodar.yaml of each]
    #[arg(long, value_name = "FILE")]
    pub(super) estate: Option<PathBuf>,
    /// The format on standard output
    #[arg(long, value_enum, default_value_t = Comparison::Text)]
    pub(super) format: Comparison,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum Comparison {
    /// For people
    Text,
    /// For programs
    Json,
}

#[derive(Args, Debug)]
pub(super) struct Scan {
    /// Folders and files to scan; `-` reads standard input
    #[arg(value_name = "PATH", default_value = ".")]
    pub(super) paths: Vec<PathBuf>,
    /// The estate file [default: deodar.yaml at the root of the scan]
    #[arg(long, value_name = "FILE")]
    pub(super) estate: Option<PathBuf>,
    /// The folder outside of which nothing is read [default: the top of the repository]
    #[arg(long, value_name = "DIR")]
    pub(super) root: Option<PathBuf>,
    /// The format on standard output
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(super) format: Format,
    /// One more report, into a file: `-o sarif=out.sarif`; may be given several times
    #[arg(short, long, value_name = "FORMAT=PATH")]
    pub(super) output: Vec<String>,
    /// Only these baselines and their rules
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) baseline: Vec<String>,
    /// Only these rules
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(super) rule: Vec<String>,
    /// Violations from this severity on end with exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = Threshold::Medium)]
    pub(super) fail_on: Threshold,
    /// End with exit code 4 when something cannot be told
    #[arg(long)]
    pub(super) require_complete: bool,
    /// The value of a Terraform variable: `--var region=eu-west-1`
    #[arg(long, value_name = "NAME=VALUE")]
    pub(super) var: Vec<String>,
    /// A file of Terraform variables
    #[arg(long, value_name = "FILE")]
    pub(super) var_file: Vec<PathBuf>,
    /// A file of CloudFormation parameters, JSON or YAML
    #[arg(long, value_name = "FILE")]
    pub(super) parameters: Vec<PathBuf>,
    /// The value of a key in every Helm chart: `--set image.tag=1.2`
    #[arg(long, value_name = "KEY=VALUE")]
    pub(super) set: Vec<String>,
    /// A file of values for every Helm chart; a later one wins
    #[arg(long, value_name = "FILE")]
    pub(super) values: Vec<PathBuf>,
    /// The namespace that Helm charts are installed into
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Option<String>,
    /// The Kubernetes version that Helm charts are rendered for
    #[arg(long, value_name = "VERSION")]
    pub(super) kube_version: Option<String>,
    /// Render Helm charts with this program (`helm`), which deodar does not run otherwise
    #[arg(long, value_name = "PATH")]
    pub(super) helm_program: Option<PathBuf>,
    /// Compile Bicep with this program (`bicep`), which deodar does not run otherwise
    #[arg(long, value_name = "PATH")]
    pub(super) bicep_program: Option<PathBuf>,
    /// Read these files as this format, whatever is in them: `--format-of '*.tpl=cloudformation'`
    #[arg(long, value_name = "PATTERN=FORMAT")]
    pub(super) format_of: Vec<String>,
    /// Of a Terraform plan, judge only what it changes
    #[arg(long)]
    pub(super) changed_only: bool,
    /// Report every verdict, those that hold too (JSON)
    #[arg(long)]
    pub(super) verdicts: bool,
    /// Show everything one by one
    #[arg(short, long)]
    pub(super) verbose: bool,
    /// The day by which waivers are measured [default: today, in UTC]
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub(super) today: Option<String>,
    /// How many threads work [default: one for each processor]
    #[arg(long, value_name = "N")]
    pub(super) threads: Option<usize>,
    /// The scanned tree may be hostile: its estate file and its .gitignore files do not count
    #[arg(long)]
    pub(super) untrusted: bool,
    /// When to use colours
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub(super) color: Color,
    /// The name that says the format of standard input: `--stdin-name main.tf`
    #[arg(long, value_name = "NAME")]
    pub(super) stdin_name: Option<String>,
    /// Waived findings in SARIF: GitHub shows them as open
    #[arg(long, value_enum, default_value_t = Keep::Omit, value_name = "omit|include")]
    pub(super) sarif_suppressed: Keep,
    /// What cannot be told in SARIF: as results of kind `open`, or only counted
    #[arg(long, value_enum, default_value_t = Keep::Omit, value_name = "omit|include")]
    pub(super) sarif_undetermined: Keep,
    /// The category of the SARIF run; stable for ever, or alerts never close
    #[arg(long, value_name = "NAME", default_value = "deodar")]
    pub(super) sarif_category: String,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum Format {
    /// Screens for people
    Text,
    /// Everything, for programs
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum Threshold {
    Low,
    Medium,
    High,
    Critical,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum, Debug)]
pub(super) enum Keep {
    Omit,
    Include,
}

#[derive(Subcommand, Debug)]
pub(super) enum Rules {
    /// List every rule
    List,
    /// Print a rule's metadata and policies
    Show {
        /// The rule's id, or a former one
        id: String,
    },
    /// Begin a new rule: its policy, metadata and fixtures, in this folder
    New {
        /// The new id: DOMAIN-OBJECT-PROPERTY
        id: String,
        /// The folder under `policies/` and `rules/`
        #[arg(long, value_name = "NAME")]
        domain: String,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum Baselines {
    /// List every baseline
    List,
    /// Show a baseline, requirement by requirement
    Show {
        /// The baseline's name
        name: String,
    },
}

#[derive(Subcommand, Debug)]
pub(super) enum Snapshot {
    /// One or many AWS accounts
    #[command(after_help = SNAPSHOT_EXIT_CODES)]
    Aws(Box<SnapshotAws>),
    /// A Kubernetes cluster
    #[command(after_help = SNAPSHOT_EXIT_CODES)]
    Kubernetes(Box<SnapshotKubernetes>),
}

#[derive(Subcommand, Debug)]
pub(super) enum Permissions {
    /// An IAM policy for AWS accounts
    Aws(PermissionsAws),
    /// The role for a Kubernetes cluster, to apply
    Kubernetes(Box<PermissionsKubernetes>),
}

const SNAPSHOT_EXIT_CODES: &str = "Exit codes:
  0  everything that was asked was answered
  2  no snapshot; run the same command again and it goes on where it was
  4  something was refused or failed: the snapshot says what, and what hangs on it cannot be told";

#[derive(Args, Debug)]
pub(super) struct SnapshotAws {
    /// The snapshot's file, packed if its name ends in `.zst`; with several accounts a folder
    #[arg(long, value_name = "PATH")]
    pub(super) out: PathBuf,
    /// The profile of the AWS command line whose credentials are used
    #[arg(long, value_name = "NAME")]
    pub(super) profile: Option<String>,
    /// A role to take on before anything is asked
    #[arg(long, value_name = "ARN")]
    pub(super) role_arn: Option<String>,
    /// What the role's trust policy wants to hear
    #[arg(long, value_name = "ID")]
    pub(super) external_id: Option<String>,
    /// Only these regions [default: all that are enabled]
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) region: Vec<String>,
    /// Only these services
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) services: Vec<String>,
    /// All accounts of the organisation, a snapshot each
    #[arg(long, requires = "role", conflicts_with = "account")]
    pub(super) organization: bool,
    /// These accounts, a snapshot each
    #[arg(long, value_name = "ID,…", value_delimiter = ',', requires = "role")]
    pub(super) account: Vec<String>,
    /// The name of the role to take on in each account
    #[arg(long, value_name = "NAME")]
    pub(super) role: Option<String>,
    /// Use the endpoints with validated cryptography (FIPS 140)
    #[arg(long)]
    pub(super) fips: bool,
    /// Use the endpoints that IPv6 reaches
    #[arg(long)]
    pub(super) dual_stack: bool,
    /// Begin anew, whatever an earlier run left
    #[arg(long)]
    pub(super) fresh: bool,
    /// Only say what would not be known, and take no snapshot
    #[arg(long)]
    pub(super) check: bool,
}

#[derive(Args, Debug)]
pub(super) struct PermissionsAws {
    /// Only for these services
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) services: Vec<String>,
    /// Only what these rules read
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(super) rule: Vec<String>,
    /// Only what the rules of these baselines read
    #[arg(long, value_name = "NAME,…", value_delimiter = ',')]
    pub(super) baseline: Vec<String>,
    /// Also what `--organization` needs in the account that asks: to list the accounts and to take on their roles
    #[arg(long, value_name = "NAME")]
    pub(super) role: Option<String>,
    /// Only the policy of this number, where there are several
    #[arg(long, value_name = "N")]
    pub(super) part: Option<usize>,
}

#[derive(Args, Debug)]
pub(super) struct SnapshotKubernetes {
    /// The file to write; compressed when its name ends in `.zst`
    #[arg(long, value_name = "FILE")]
    pub(super) out: PathBuf,
    /// The context of the kubeconfig [default: its current one]
    #[arg(long, value_name = "NAME")]
    pub(super) context: Option<String>,
    /// The kubeconfig [default: that of kubectl; inside of a cluster, the service account]
    #[arg(long, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,
    /// Only this namespace, for whoever may not list them all; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Vec<String>,
    /// List secrets as well: their names and labels, never their values
    #[arg(long)]
    pub(super) secrets: bool,
    /// List what these rules need, and no more
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(super) rule: Vec<String>,
    /// Begin anew, whatever an interrupted run has left
    #[arg(long)]
    pub(super) fresh: bool,
    /// End with exit code 0 though something was refused or failed; the snapshot says what
    #[arg(long)]
    pub(super) allow_partial: bool,
    /// How long one answer may take
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub(super) timeout: u64,
}

#[derive(Args, Debug)]
pub(super) struct PermissionsKubernetes {
    /// A role in this namespace instead of one for the whole cluster; may be given several times
    #[arg(long, value_name = "NAME")]
    pub(super) namespace: Vec<String>,
    /// Secrets as well: whoever may list them may read them
    #[arg(long)]
    pub(super) secrets: bool,
    /// What these rules need, and no more
    #[arg(long, value_name = "ID,…", value_delimiter = ',')]
    pub(super) rule: Vec<String>,
    /// A kind of constraint that the cluster's owners made: `k8srequiredlabels.constraints.gatekeeper.sh`
    #[arg(long, value_name = "RESOURCE.GROUP")]
    pub(super) also: Vec<String>,
}
