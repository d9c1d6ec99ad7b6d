//! Why a value cannot be told. Unknown is a value: it is carried to the end and said there.

use std::fmt;
use std::sync::{Arc, LazyLock};

use crate::source::Span;
use crate::value::UnitId;

/// A block that is referred to, such as `aws_kms_key.a` in `aws_kms_key.a.arn`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Reference {
    /// The unit whose addresses these are.
    pub unit: UnitId,
    /// The full address of the block in its unit: `module.keys.aws_kms_key.a[0]`. When the instance key is not
    /// known the address stands without it and matches every instance.
    pub address: Arc<str>,
    /// What was asked of it: `arn`, `id`, or empty for the whole block.
    pub attribute: Arc<str>,
}

/// Why a value cannot be told.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Why {
    /// An input variable without a value; its name as written: `var.kms_key`. A template's parameter; its plain name.
    Variable(Arc<str>),
    /// Read from the cloud when the plan is made: `data.aws_caller_identity.me.account_id`.
    DataSource(Arc<str>),
    /// Known only after the resource exists: `aws_kms_key.a.arn`.
    Computed(Arc<str>),
    /// The result of a function that gives another answer each time: `timestamp()`.
    Impure(Arc<str>),
    /// An output of a module that is not on disk; its source.
    Module(Arc<str>),
    /// How many instances there are cannot be told, so neither can `each.value` or `count.index`; of what, and why if that
    /// is known. Use [`Why::instances`].
    Instances(Arc<str>, Option<Arc<Why>>),
    /// A reference to something that is not in the scanned files; what was written.
    NotSeen(Arc<str>),
    /// A file the value is read from is missing, outside the root, or not text.
    File(Arc<str>),
    /// The value depends on itself.
    Cycle(Arc<str>),
    /// An expression that could not be evaluated; the reason, in a person's words.
    Expression(Arc<str>),
    /// A budget was spent (bytes, depth, expansion); which one.
    Budget(Arc<str>),
    /// A condition of a template decides, and cannot be told; its name, and why.
    Condition(Arc<str>, Arc<Why>),
    /// A call to the cloud was refused; which, and the permission that is missing.
    Refused(Arc<str>),
    /// A call to the cloud was not answered, or not made; which, and what was said.
    Unanswered(Arc<str>),
    /// The estate file does not say it (allowed jurisdictions, accounts); what it should say.
    Undeclared(Arc<str>),
    /// A separate resource may set this, and which one it speaks of cannot be told; its address.
    Fragment(Arc<str>),
    /// A region that the table of places does not hold.
    Place(Arc<str>),
    /// Deodar does not read this fact from this type of resource; its native type.
    NotRead(Arc<str>),
    /// Something has to be seen as a whole (all network policies of a namespace) and the scan may be a part.
    Partial(Arc<str>),
}

impl fmt::Display for Why {
    /// Completes the sentence "cannot tell, because …".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Variable(name) => write!(f, "`{name}` has no value"),
            Self::DataSource(name) => write!(f, "`{name}` is read from the cloud"),
            Self::Computed(name) => write!(f, "`{name}` is known only after apply"),
            Self::Impure(call) => write!(f, "`{call}` gives another answer each time"),
            Self::Module(source) => write!(f, "module `{source}` is not on disk"),
            Self::Instances(of, Some(because)) if because.name() == Some(of) => because.fmt(f),
            Self::Instances(of, Some(because)) => {
                write!(f, "how many instances `{of}` has cannot be told, as {because}")
            }
            Self::Instances(of, None) => write!(f, "how many instances `{of}` has cannot be told"),
            Self::NotSeen(name) => write!(f, "`{name}` is not among the scanned files"),
            Self::File(path) => write!(f, "file `{path}` cannot be read"),
            Self::Cycle(name) => write!(f, "`{name}` depends on itself"),
            Self::Expression(reason) => write!(f, "{reason}"),
            Self::Budget(which) => write!(f, "{which} is over its budget"),
            Self::Condition(name, because) => write!(f, "condition `{name}` cannot be told, as {because}"),
            Self::Refused(what) | Self::Unanswered(what) => write!(f, "{what}"),
            Self::Undeclared(what) => write!(f, "the estate file does not declare {what}"),
            Self::Fragment(address) => {
                write!(f, "`{address}` may set it, and which resource that speaks of cannot be told")
            }
            Self::Place(region) => write!(f, "region `{region}` is not in the table of places"),
            Self::NotRead(native) => write!(f, "deodar does not read this from `{native}`"),
            Self::Partial(what) => write!(f, "{what}"),
        }
    }
}

impl Why {
    /// How many instances `of` has cannot be told, because of `because`; of a chain of such reasons the last.
    pub fn instances(of: impl Into<Arc<str>>, because: &Self) -> Self {
        let root = match because {
            Self::Instances(_, Some(root)) => root.clone(),
            _ => Arc::new(because.clone()),
        };
        Self::Instances(of.into(), Some(root))
    }

    /// What is named by the reason, where that is a value that was written.
    pub fn name(&self) -> Option<&Arc<str>> {
        match self {
            Self::Variable(name)
            | Self::DataSource(name)
            | Self::Computed(name)
            | Self::Module(name)
            | Self::Impure(name)
            | Self::Instances(name, _)
            | Self::NotSeen(name)
            | Self::File(name)
            | Self::Cycle(name) => Some(name),
            _ => None,
        }
    }

    /// What would settle it.
    pub fn help(&self) -> Option<&'static str> {
        match self {
            Self::Variable(name) if name.starts_with("var.") => Some("pass --var or --var-file, or scan the plan"),
            Self::Variable(_) => Some("pass --parameters, or scan the running account"),
            Self::Condition(_, because) | Self::Instances(_, Some(because)) => because.help(),
            Self::DataSource(name) if name.starts_with("AWS::") => Some("give it in a file of --parameters"),
            Self::DataSource(_) | Self::Computed(_) => Some("scan the plan, or the running account"),
            Self::Module(_) => Some("run `terraform init` first, so that the module is on disk"),
            Self::Instances(_, None) => Some("pass --var-file, or scan the plan"),
            Self::NotSeen(_) => Some("scan the folder that declares it as well"),
            Self::Undeclared(_) => Some("say it in deodar.yaml"),
            Self::Refused(_) => Some("grant the permission and take the snapshot again"),
            Self::Unanswered(_) => Some("take the snapshot again"),
            Self::Partial(_) => Some("scan the whole, and say so in deodar.yaml with `whole: true`"),
            Self::Impure(_)
            | Self::File(_)
            | Self::Cycle(_)
            | Self::Expression(_)
            | Self::Budget(_)
            | Self::Fragment(_)
            | Self::Place(_)
            | Self::NotRead(_) => None,
        }
    }
}

/// A value that cannot be told: why, where, and what it refers to.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Unknown {
    /// The reason.
    pub why: Why,
    /// Where the reason lies (the variable's declaration, the reference), if it has a place.
    pub at: Option<Span>,
    /// The blocks that the value would come from: unknown as text, known as a relation.
    pub refers: Vec<Reference>,
}

impl Unknown {
    /// Unknown for `why`, without a place.
    pub fn new(why: Why) -> Arc<Self> {
        Arc::new(Self { why, at: None, refers: Vec::new() })
    }

    /// Unknown for `why`, which lies `at`.
    pub fn at(why: Why, at: Span) -> Arc<Self> {
        Arc::new(Self { why, at: Some(at), refers: Vec::new() })
    }

    /// A reference to another block's attribute.
    pub fn reference(reference: Reference, at: Span) -> Arc<Self> {
        let written = if reference.attribute.is_empty() {
            reference.address.clone()
        } else {
            Arc::from(format!("{}.{}", reference.address, reference.attribute))
        };
        Arc::new(Self { why: Why::Computed(written), at: Some(at), refers: vec![reference] })
    }

    /// Whether this is a reference to another block and nothing else: unknown as text, and certainly there. A choice
    /// between a reference and nothing is none, nor is one of an unknown number of blocks.
    pub fn is_reference(&self) -> bool {
        !self.refers.is_empty() && matches!(self.why, Why::Computed(_) | Why::NotSeen(_))
    }

    /// The state of a fact that no normaliser set.
    pub fn not_read() -> Arc<Self> {
        static NOT_READ: LazyLock<Arc<Unknown>> =
            LazyLock::new(|| Unknown::new(Why::NotRead(Arc::from("this resource"))));
        NOT_READ.clone()
    }
}

impl fmt::Display for Unknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}
