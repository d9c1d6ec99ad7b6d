//! `.helmignore`: files beside a chart that are no part of it, as Helm reads it
//! (<https://helm.sh/docs/chart_template_guide/helm_ignore_file/>).

use crate::source::Tree;

/// What a chart leaves out.
pub(super) struct Ignored {
    /// The folder of the chart with a slash; empty for the root.
    prefix: String,
    rules: Vec<Rule>,
}

struct Rule {
    pattern: Vec<char>,
    /// What does not fit is left out: Helm's own meaning of `!`.
    negated: bool,
    /// Whether it speaks of folders alone.
    folder: bool,
    /// Whether it is held against the whole path, and not against the name alone.
    path: bool,
}

/// What Helm leaves out of every chart.
const ALWAYS: &str = "templates/.?*";

impl Ignored {
    /// The rules of the chart in `folder`.
    pub fn of(tree: &Tree, folder: &str) -> Self {
        let prefix = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let text = tree.find(&format!("{prefix}.helmignore")).and_then(|file| tree.text(file).ok());
        let lines = text.map_or("", |text| text.trim_start_matches('\u{feff}')).lines();
        Self { prefix, rules: lines.chain([ALWAYS]).filter_map(rule).collect() }
    }

    /// Whether the file at `path` of the tree is no part of the chart. A chart that is packed within it brings its own
    /// files.
    pub fn holds(&self, path: &str) -> bool {
        let inside = path.strip_prefix(&*self.prefix).unwrap_or(path);
        let mut ends = inside.match_indices('/').map(|(at, _)| (at, true)).chain([(inside.len(), false)]);
        for (end, folder) in ends.by_ref() {
            let part = inside.get(..end).unwrap_or(inside);
            let packed = part.ends_with(".tgz");
            if self.leaves_out(part, folder && !packed) {
                return true;
            }
            if packed {
                return false;
            }
        }
        false
    }

    fn leaves_out(&self, path: &str, folder: bool) -> bool {
        let name = path.rsplit('/').next().unwrap_or(path);
        let fits = |rule: &Rule| {
            let text: Vec<char> = if rule.path { path } else { name }.chars().collect();
            matches(&rule.pattern, &text)
        };
        self.rules.iter().any(|rule| match rule.negated {
            true => (rule.folder && !folder) || !fits(rule),
            false => (!rule.folder || folder) && fits(rule),
        })
    }
}

fn rule(line: &str) -> Option<Rule> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') || line.contains("**") {
        return None;
    }
    let (negated, line) = line.strip_prefix('!').map_or((false, line), |line| (true, line));
    let (folder, line) = line.strip_suffix('/').map_or((false, line), |line| (true, line));
    let path = line.contains('/');
    Some(Rule { pattern: line.strip_prefix('/').unwrap_or(line).chars().collect(), negated, folder, path })
}

/// Go's `filepath.Match`: `*` and `?` stay within a name, `[a-z]` is a choice, a backslash takes a sign as it is.
fn matches(pattern: &[char], text: &[char]) -> bool {
    match pattern {
        [] => text.is_empty(),
        ['*', rest @ ..] => {
            let within = text.iter().take_while(|letter| **letter != '/').count();
            (0..=within).any(|at| matches(rest, text.get(at..).unwrap_or_default()))
        }
        ['?', rest @ ..] => matches!(text, [letter, after @ ..] if *letter != '/' && matches(rest, after)),
        ['[', rest @ ..] => {
            let [letter, after @ ..] = text else { return false };
            let Some(end) = rest.iter().skip(1).position(|sign| *sign == ']').map(|at| at + 1) else { return false };
            let (class, rest) = rest.split_at(end);
            *letter != '/' && in_class(class, *letter) && matches(rest.get(1..).unwrap_or_default(), after)
        }
        ['\\', sign, rest @ ..] | [sign, rest @ ..] => {
            matches!(text, [letter, after @ ..] if letter == sign && matches(rest, after))
        }
    }
}

fn in_class(class: &[char], letter: char) -> bool {
    let (negated, class) = match class {
        ['^', rest @ ..] => (true, rest),
        _ => (false, class),
    };
    let mut rest = class;
    let mut found = false;
    loop {
        rest = match rest {
            [] => return found != negated,
            [low, '-', high, after @ ..] => {
                found |= (*low..=*high).contains(&letter);
                after
            }
            [sign, after @ ..] => {
                found |= *sign == letter;
                after
            }
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_left_out_as_helm_leaves_them_out() {
        let rules = "# hidden\n.*\n*.bak\n/top.yaml\nci/\ntemplates/tests/\ntemplates/[a-c]*.yaml\n";
        let tree = Tree::from_texts([("shop/.helmignore", rules), ("shop/Chart.yaml", "")]);
        let ignored = Ignored::of(&tree, "shop");
        for path in [
            "shop/.git/config",
            "shop/a/b.bak",
            "shop/top.yaml",
            "shop/ci/x.yaml",
            "shop/templates/tests/t.yaml",
            "shop/templates/b1.yaml",
            "shop/templates/.hidden.yaml",
        ] {
            assert!(ignored.holds(path), "{path}");
        }
        for path in [
            "shop/a/top.yaml",
            "shop/templates/d.yaml",
            "shop/templates/x/b.yaml",
            "shop/Chart.yaml",
            "shop/a/ci",
            "shop/charts/redis.tgz/redis/values.bak",
        ] {
            assert!(!ignored.holds(path), "{path}");
        }
        let tree = Tree::from_texts([(".helmignore", "!*.yaml\n")]);
        assert!(Ignored::of(&tree, "").holds("notes.txt"));
    }
}
