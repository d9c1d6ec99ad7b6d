//! What a container runs: the words of its command, where a shell is given them as one text as well.

use crate::value::{Node, Unknown, Value, Why};

/// Programs that run the text which stands after `-c`.
const SHELLS: &[&str] = &["ash", "bash", "dash", "sh"];

/// Words of a shell that only lead to the program that they stand before.
const LEADING: &[&str] = &["!", "do", "else", "exec", "if", "nohup", "then", "time", "{"];

/// The one of `programs` that a container runs, and the words that it is given.
pub(super) fn of<'p>(container: &Node, programs: &[&'p str]) -> Option<(&'p str, Vec<Node>)> {
    let words: Vec<&Node> = ["command", "args"].iter().flat_map(|field| container.each(field)).collect();
    let commands = match script(&words) {
        Some((text, node)) => commands(text, node),
        None => vec![words.into_iter().cloned().collect()],
    };
    commands.into_iter().rev().find_map(|words| {
        let mut named = words.iter().map_while(Node::as_str).map(base);
        let first = named.next()?;
        // one program for all of them, which is told which to be
        let wanted = if first == "hyperkube" { named.next()? } else { first };
        let program = programs.iter().find(|program| {
            **program == wanted || (first == "hyperkube" && program.strip_prefix("kube-") == Some(wanted))
        })?;
        Some((*program, words))
    })
}

/// The name of a program without its folder.
fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// The text that a shell is given to run.
fn script<'n>(words: &[&'n Node]) -> Option<(&'n str, &'n Node)> {
    let mut words = words.iter();
    let shell = words.next()?.as_str()?;
    if !SHELLS.contains(&base(shell)) {
        return None;
    }
    // `-c`, `-ec`, `-xec`
    let runs = |word: &&&Node| word.as_str().is_some_and(|word| !word.starts_with("--") && word.contains('c'));
    words.find(|word| word.as_str().is_some_and(|word| word.starts_with('-')) && runs(word))?;
    let node = words.next()?;
    Some((node.as_str()?, node))
}

/// The commands of a script, each with its words, without what leads to its program.
fn commands(text: &str, node: &Node) -> Vec<Vec<Node>> {
    let sets = |word: &Word| word.text.split_once('=').is_some_and(|(name, _)| is_variable(name));
    let leads = |word: &Word| LEADING.contains(&word.text.as_str()) || sets(word);
    let each = split(text).into_iter();
    each.map(|words| words.into_iter().skip_while(leads).map(|word| word.given(node)).collect()).collect()
}

fn is_variable(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A word of a script.
#[derive(Default)]
struct Word {
    text: String,
    /// What a variable or a command gives stands for it: any words, and any number of them.
    open: bool,
}

impl Word {
    /// As the program is given it.
    fn given(self, node: &Node) -> Node {
        let why = || Why::Expression(format!("the shell sets `{}`", self.text).into());
        let value = if self.open { Value::Unknown(Unknown::new(why())) } else { Value::String(self.text.into()) };
        Node { value, origins: node.origins.clone() }
    }
}

/// A script's words by command; of what is quoted, or run to give a word, no part is a word of its own.
fn split(text: &str) -> Vec<Vec<Word>> {
    let (mut commands, mut command, mut word) = (Vec::new(), Vec::new(), Word::default());
    let (mut quote, mut depth) = (None, 0_usize);
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let inside = quote.is_some() || depth > 0;
        match letter {
            // a remark, up to the end of its line
            '#' if !inside && word.text.is_empty() => {
                letters.by_ref().find(|next| *next == '\n');
                commands.push(std::mem::take(&mut command));
            }
            '\\' if quote != Some('\'') => word.text.extend(letters.next().filter(|next| *next != '\n')),
            _ if quote == Some(letter) => quote = None,
            '"' | '\'' if quote.is_none() => quote = Some(letter),
            '(' if depth > 0 || word.text.ends_with('$') => {
                depth = depth.saturating_add(1);
                word.text.push(letter);
            }
            ')' if depth > 0 => {
                depth = depth.saturating_sub(1);
                word.text.push(letter);
            }
            '\n' | ';' | '|' | '&' | '(' | ')' if !inside => {
                command.push(std::mem::take(&mut word));
                commands.push(std::mem::take(&mut command));
            }
            _ if letter.is_whitespace() && !inside => command.push(std::mem::take(&mut word)),
            _ => {
                word.open |= word.text.is_empty() && !inside && matches!(letter, '$' | '`');
                word.text.push(letter);
                word.open |= word.text == "$@";
            }
        }
    }
    command.push(word);
    commands.push(command);
    commands.iter_mut().for_each(|command| command.retain(|word| !word.text.is_empty()));
    commands
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_script_comes_apart_into_the_words_of_its_commands() {
        let words = |text: &str| -> Vec<String> {
            let commands = split(text).into_iter().filter(|command| !command.is_empty());
            commands.map(|command| command.into_iter().map(|word| word.text).collect::<Vec<_>>().join("|")).collect()
        };
        assert_eq!(words("set -e; exec etcd --a=1 \\\n --b"), ["set|-e", "exec|etcd|--a=1|--b"]);
        assert_eq!(words("etcd --a='x y' --b=\"$(cat c d)\""), ["etcd|--a=x y|--b=$(cat c d)"]);
        // what is only remarked is not given, and within quotes nothing is a remark
        assert_eq!(words("# etcd --z\netcd --a # --b\ntrue"), ["etcd|--a", "true"]);
        assert_eq!(words("etcd --a='#b' c#d"), ["etcd|--a=#b|c#d"]);
        assert_eq!(words("etcd '\\' --a"), ["etcd|\\|--a"]);
    }
}
