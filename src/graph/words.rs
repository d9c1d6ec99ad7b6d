//! The words by which people mark data classes, owners and agents in tags and labels. Keys and values are compared in
//! small letters, without what parts words, and without a domain before a slash.

/// Keys that name a data class.
pub(super) const CLASS_KEYS: &[&str] =
    &["dataclass", "dataclassification", "classification", "datasensitivity", "datatype"];

/// Keys that name an owner.
pub(super) const OWNER_KEYS: &[&str] =
    &["owner", "dataowner", "ownedby", "businessowner", "serviceowner", "team", "owningteam", "ownerteam"];

/// Keys that say whether something is part of an AI agent.
pub(super) const AGENT_KEYS: &[&str] = &["agent", "aiagent", "isagent"];

/// Keys whose value may be one of [`AGENT_ROLES`].
pub(super) const ROLE_KEYS: &[&str] = &["component", "role", "workloadtype", "type"];

/// Roles of AI agents.
pub(super) const AGENT_ROLES: &[&str] = &["agent", "aiagent", "llmagent", "agentruntime"];

/// Other words for the classes that need no declaration.
pub(super) const CLASS_WORDS: &[(&str, &str)] = &[
    ("none", "none"),
    ("public", "none"),
    ("nonpersonal", "none"),
    ("nonsensitive", "none"),
    ("personal", "personal"),
    ("personaldata", "personal"),
    ("pii", "personal"),
    ("phi", "phi"),
    ("ephi", "phi"),
    ("specialcategory", "special-category"),
    ("specialcategories", "special-category"),
    ("article9", "special-category"),
];

/// The form in which words are compared: `deodar.dev/Data-Class` is `dataclass`.
pub(super) fn plain(word: &str) -> String {
    let last = word.rsplit('/').next().unwrap_or(word);
    last.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
}

/// Whether `written` is the plain `word`, in whatever spelling.
pub(super) fn is_word(written: &str, word: &str) -> bool {
    let last = written.rsplit('/').next().unwrap_or(written);
    let letters = last.bytes().filter(u8::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase());
    letters.eq(word.bytes())
}

#[cfg(test)]
mod tests {
    use super::{is_word, plain};

    #[test]
    fn the_same_word_in_every_spelling() {
        for written in ["data-class", "data_class", "DataClass", "dataclass", "deodar.dev/data-class", "Data Class"] {
            assert_eq!(plain(written), "dataclass", "{written}");
            assert!(is_word(written, "dataclass") && !is_word(written, "data"), "{written}");
        }
    }
}
