//! Breaks a line of prose between words. A line that begins with white space is code and stays whole.

/// The lines of `text`, each at most `room` characters where its words allow it.
pub(super) fn wrap(text: &str, room: usize) -> Vec<String> {
    if text.chars().count() <= room || text.starts_with([' ', '\t']) || text.ends_with(['{', '}']) {
        return vec![text.trim_end().to_owned()];
    }
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut wide = 0;
    for word in text.split(' ') {
        let more = word.chars().count();
        if wide > 0 && wide + 1 + more > room {
            lines.push(std::mem::take(&mut line));
            wide = 0;
        }
        if wide > 0 {
            line.push(' ');
            wide += 1;
        }
        line.push_str(word);
        wide += more;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_between_words_and_code_stays_whole() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("  one two three", 7), ["  one two three"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcdefghij"]);
    }
}
