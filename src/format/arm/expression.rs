//! The expressions of templates: `[concat(parameters('name'), '-', copyIndex())]`.
//! <https://learn.microsoft.com/azure/azure-resource-manager/templates/template-expressions>

use std::sync::Arc;

use crate::format::deployment::syntax::{Expr, Kind};
use crate::source::Span;
use crate::value::{Unknown, Value, Why};

/// How deep calls may nest.
const DEEPEST: usize = 100;

/// A string of a template: an expression in brackets, or a text.
pub fn read(text: &Arc<str>, span: Span) -> Expr {
    if let Some(escaped) = text.strip_prefix("[[") {
        return Expr::text(&format!("[{escaped}"), span);
    }
    let Some(inner) = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) else {
        return Expr { kind: Kind::Value(Value::String(text.clone())), span };
    };
    let mut reader = Reader { text: inner, at: 0, span };
    let read = reader.expr(0);
    reader.space();
    match read {
        Some(expr) if reader.at == inner.len() => expr,
        _ => {
            let why = Why::Expression(Arc::from("the expression cannot be read"));
            Expr { kind: Kind::Value(Value::Unknown(Unknown::at(why, span))), span }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    at: usize,
    span: Span,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    fn take(&mut self, sign: char) -> Option<()> {
        self.space();
        self.rest().starts_with(sign).then(|| self.at += sign.len_utf8())
    }

    fn made(&self, kind: Kind) -> Expr {
        Expr { kind, span: self.span }
    }

    fn expr(&mut self, depth: usize) -> Option<Expr> {
        if depth > DEEPEST {
            return None;
        }
        let mut made = self.primary(depth)?;
        let mut steps = 0;
        loop {
            steps += 1;
            if steps > DEEPEST {
                return None;
            }
            if self.take('.').is_some() {
                let name = Arc::from(self.word()?);
                made = self.made(Kind::Member(Box::new(made), name, false));
            } else if self.take('[').is_some() {
                let at = self.expr(depth + 1)?;
                self.take(']')?;
                made = self.made(Kind::Index(Box::new([made, at]), false));
            } else {
                return Some(made);
            }
        }
    }

    fn primary(&mut self, depth: usize) -> Option<Expr> {
        self.space();
        let first = self.rest().chars().next()?;
        if first == '\'' {
            let text = self.quoted()?;
            return Some(self.made(Kind::Value(Value::String(text.into()))));
        }
        if first.is_ascii_digit() || first == '-' || first == '+' {
            let rest = self.rest();
            let end = rest
                .char_indices()
                .skip(1)
                .find(|(_, letter)| !letter.is_ascii_digit() && *letter != '.')
                .map_or(rest.len(), |(at, _)| at);
            let number: f64 = rest.get(..end)?.parse().ok().filter(|number: &f64| number.is_finite())?;
            self.at += end;
            return Some(self.made(Kind::Value(Value::Number(number))));
        }
        let mut name = self.word()?.to_owned();
        // a function of a namespace of the template's own
        while self.rest().starts_with('.') && !self.rest().trim_start().starts_with('(') {
            self.at += 1;
            name.push('.');
            name.push_str(self.word()?);
        }
        let lower = name.to_ascii_lowercase();
        if self.take('(').is_none() {
            return match lower.as_str() {
                "true" => Some(self.made(Kind::Value(Value::Bool(true)))),
                "false" => Some(self.made(Kind::Value(Value::Bool(false)))),
                "null" => Some(self.made(Kind::Value(Value::Null))),
                _ => None,
            };
        }
        let mut args = Vec::new();
        if self.take(')').is_none() {
            loop {
                args.push(self.expr(depth + 1)?);
                if self.take(',').is_none() {
                    self.take(')')?;
                    break;
                }
            }
        }
        Some(self.call(&lower, args))
    }

    fn call(&self, name: &str, mut args: Vec<Expr>) -> Expr {
        match name {
            "lambdavariables" => {
                if let Some(name) = args.first().and_then(Expr::as_text) {
                    return self.made(Kind::Name(name.clone()));
                }
            }
            "lambda" => {
                if let Some(body) = args.pop() {
                    let params = args.iter().filter_map(|arg| arg.as_text().cloned()).collect();
                    return self.made(Kind::Lambda(params, Box::new(body)));
                }
            }
            _ => {}
        }
        self.made(Kind::Call(Arc::from(name), args))
    }

    fn word(&mut self) -> Option<&str> {
        self.space();
        let rest = self.text.get(self.at..)?;
        let end = rest
            .find(|letter: char| !letter.is_alphanumeric() && !matches!(letter, '_' | '$' | '-'))
            .unwrap_or(rest.len());
        if end == 0 {
            return None;
        }
        self.at += end;
        rest.get(..end)
    }

    /// `'it''s'`.
    fn quoted(&mut self) -> Option<String> {
        self.take('\'')?;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let end = rest.find('\'')?;
            text.push_str(rest.get(..end)?);
            self.at += end + 1;
            if !self.rest().starts_with('\'') {
                return Some(text);
            }
            self.at += 1;
            text.push('\'');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn span() -> Span {
        Span::new(FileId(0), 0..0)
    }

    #[test]
    fn what_is_no_expression_is_a_text() {
        for (text, meant) in [("plain", "plain"), ("[[not]", "[not]"), ("[open", "[open"), ("", "")] {
            assert_eq!(read(&Arc::from(text), span()).as_text().map(|text| &**text), Some(meant));
        }
    }

    #[test]
    fn calls_members_and_items_are_read() {
        for text in [
            "[parameters('a').b[0].c]",
            "[ concat ( 'it''s', variables('x')[add(copyIndex(), 1)] ) ]",
            "[contoso.uniqueName('a')]",
            "[map(parameters('a'), lambda('x', lambdaVariables('x').name))]",
            "[if(true(), -1, null())]",
        ] {
            let made = read(&Arc::from(text), span());
            assert!(!matches!(made.kind, Kind::Value(_)), "{text}: {made:?}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read_or_unknown(text in r"\[[a-z'(),.\[\]0-9 {}-]{0,40}\]") {
            let _ = read(&Arc::from(text), span());
        }
    }

    #[test]
    fn depth_is_bounded() {
        let deep = format!("[{}1{}]", "f(".repeat(100_000), ")".repeat(100_000));
        assert!(matches!(read(&Arc::from(deep), span()).kind, Kind::Value(Value::Unknown(_))));
    }
}
