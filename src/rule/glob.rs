//! Patterns of names and addresses: `*` stands for any characters, `?` for one. Nothing else is special.

/// Whether `text` is what `pattern` describes, as a whole and by its exact letters.
pub fn matches(pattern: &str, text: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let text: Vec<char> = text.chars().collect();
    let (mut at, mut from) = (0, 0);
    // where the last star stands, and how much of the text it has taken
    let mut star: Option<(usize, usize)> = None;
    while from < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(sign) if *sign == '?' || Some(sign) == text.get(from) => {
                at += 1;
                from += 1;
            }
            _ => match star {
                Some((stands, taken)) => {
                    star = Some((stands, taken + 1));
                    at = stands + 1;
                    from = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::matches;

    #[test]
    fn a_star_is_any_characters_and_brackets_are_plain() {
        assert!(matches("ehr-*", "ehr-archive"));
        assert!(matches("module.*.aws_s3_bucket.b[0]", "module.a.module.b.aws_s3_bucket.b[0]"));
        assert!(matches("*", ""));
        assert!(matches("a?c*", "abc"));
        assert!(!matches("ehr-*", "the-ehr-archive"));
        assert!(!matches("a?c", "ac"));
        assert!(!matches("", "a"));
    }
}
