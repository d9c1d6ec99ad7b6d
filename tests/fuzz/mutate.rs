//! Breaks texts: pieces taken away, repeated, moved, taken from elsewhere, nested, or replaced by what is seldom seen.

use crate::random::Dice;

/// What formats give a meaning to.
const WORDS: [&str; 48] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    "${",
    "%{",
    "{{",
    "}}",
    "\"",
    "'",
    "<<EOT\n",
    "<<~\n",
    "|\n",
    ">-\n",
    "&a ",
    "*a",
    "<<: ",
    "!Ref ",
    "!Sub ",
    "Fn::If",
    "Fn::ForEach::X",
    "Ref",
    "for ",
    " in ",
    "if ",
    "? ",
    ": ",
    "- ",
    "...",
    "\n---\n",
    "\t",
    "\r\n",
    "\\",
    "\\u0000",
    "-1",
    "0",
    "99999999999999999999",
    "1e400",
    "null",
    "~",
    "true",
    "\u{feff}",
    "ß😀",
    "dynamic \"x\" {",
    "copy",
    "range ",
];

/// One of the seeds, broken a few times.
pub fn mutated(dice: &mut Dice, seeds: &[String]) -> String {
    let mut text: Vec<char> = dice.of(seeds).chars().collect();
    for _ in 0..=dice.below(6) {
        once(dice, seeds, &mut text);
        text.truncate(200_000);
    }
    text.into_iter().collect()
}

fn once(dice: &mut Dice, seeds: &[String], text: &mut Vec<char>) {
    let at = dice.below(text.len() + 1);
    let length = 1 << dice.below(9);
    let end = (at + dice.below(length) + 1).min(text.len());
    let at = at.min(end);
    match dice.below(10) {
        0 => drop(text.drain(at..end)),
        1 => {
            let piece: Vec<char> = text[at..end].to_vec();
            let times = 1 + dice.below(3);
            text.splice(at..at, std::iter::repeat_n(piece, times).flatten());
        }
        2 => {
            let piece: Vec<char> = text.drain(at..end).collect();
            let to = dice.below(text.len() + 1);
            text.splice(to..to, piece);
        }
        3 | 4 => drop(text.splice(at..at, dice.of(&WORDS).chars())),
        5 => drop(text.splice(at..end, dice.of(&WORDS).chars())),
        6 => text.truncate(at),
        7 => {
            let other: Vec<char> = dice.of(seeds).chars().collect();
            let from = dice.below(other.len() + 1);
            let piece = other.iter().skip(from).take(length * 4).copied();
            text.splice(at..end, piece);
        }
        8 => {
            let (open, times) =
                (*dice.of(&["[", "{", "(", "{\"a\":", "- ", "${", "{{ if ", "!Sub ", "not("]), 1 << dice.below(11));
            text.splice(at..at, open.repeat(times).chars());
        }
        _ => lines(dice, text),
    }
}

/// A line elsewhere, or twice: what most people break is a line.
fn lines(dice: &mut Dice, text: &mut Vec<char>) {
    let whole: String = text.iter().collect();
    let mut lines: Vec<&str> = whole.split('\n').collect();
    let from = dice.below(lines.len());
    let line = lines[from];
    if dice.below(2) == 0 {
        lines.remove(from);
    }
    lines.insert(dice.below(lines.len() + 1), line);
    *text = lines.join("\n").chars().collect();
}
