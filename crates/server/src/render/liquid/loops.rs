//! `for` and `tablerow`: their lists are never made before their length is known, all rounds are counted, and a list that
//! is missing stops the message, unless the loop has an `{% else %}`.

use super::MOST_ROUNDS;
use super::frame::Frame;
use super::output::name_of;
use super::state::{path, refuse, resolved, state, stop};
use crate::render::unrenderable::Why;
use liquid_core::model::{KString, Object};
use liquid_core::parser::{BlockElement, TryMatchToken};
use liquid_core::runtime::{Interrupt, InterruptRegister};
use liquid_core::{BlockReflection, Error, Expression, Language, ParseBlock, Renderable, Result, Runtime, TagBlock};
use liquid_core::{TagTokenIter, Template, Value, ValueView};
use std::io::Write;

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LoopBlock {
    For,
    TableRow,
}

impl BlockReflection for LoopBlock {
    fn start_tag(&self) -> &str {
        match self {
            LoopBlock::For => "for",
            LoopBlock::TableRow => "tablerow",
        }
    }

    fn end_tag(&self) -> &str {
        match self {
            LoopBlock::For => "endfor",
            LoopBlock::TableRow => "endtablerow",
        }
    }

    fn description(&self) -> &str {
        "repeats a piece of text"
    }
}

impl ParseBlock for LoopBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let name = arguments.expect_next("a name was expected")?.expect_identifier().into_result()?.to_owned();
        arguments.expect_next("`in` was expected")?.expect_str("in").into_result_custom_msg("`in` was expected")?;
        let over = arguments.expect_next("a list was expected")?;
        let of = name_of(over.as_str());
        let over = match over.expect_value() {
            TryMatchToken::Matches(list) => Over::List(list, of),
            TryMatchToken::Fails(token) => {
                let (from, to) = token.expect_range().into_result_custom_msg("a list or a range was expected")?;
                Over::Range(from, to)
            }
        };
        let mut made = Loop {
            kind: *self,
            name: name.into(),
            over,
            limit: None,
            offset: None,
            columns: None,
            reversed: false,
            body: Template::new(vec![]),
            otherwise: None,
        };
        while let Some(token) = arguments.next() {
            let slot = match token.as_str() {
                "," => continue,
                "reversed" if *self == LoopBlock::For => {
                    made.reversed = true;
                    continue;
                }
                "limit" => &mut made.limit,
                "offset" => &mut made.offset,
                "cols" if *self == LoopBlock::TableRow => &mut made.columns,
                _ => return Err(token.raise_custom_error("`limit`, `offset`, `reversed` or `cols` was expected")),
            };
            arguments.expect_next("`:` was expected")?.expect_str(":").into_result_custom_msg("`:` was expected")?;
            *slot = Some(arguments.expect_next("a number was expected")?.expect_value().into_result()?);
        }
        let mut body = vec![];
        while let Some(element) = block.next()? {
            match element {
                BlockElement::Tag(mut tag) if tag.name() == "else" && *self == LoopBlock::For => {
                    tag.tokens().expect_nothing()?;
                    made.otherwise = Some(Template::new(block.parse_all(options)?));
                    break;
                }
                element => body.push(element.parse(&mut block, options)?),
            }
        }
        block.assert_empty();
        made.body = Template::new(body);
        Ok(Box::new(made))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

#[derive(Debug)]
enum Over {
    List(Expression, String),
    Range(Expression, Expression),
}

#[derive(Debug)]
struct Loop {
    kind: LoopBlock,
    name: KString,
    over: Over,
    limit: Option<Expression>,
    offset: Option<Expression>,
    columns: Option<Expression>,
    reversed: bool,
    body: Template,
    otherwise: Option<Template>,
}

impl Loop {
    /// What it goes through, and whether that are the places of a list.
    fn list(&self, runtime: &dyn Runtime) -> Result<(Vec<Value>, bool)> {
        let (from, to) = match &self.over {
            Over::List(list, of) => {
                let value = list.evaluate(runtime)?;
                if let Some(list) = value.as_array() {
                    return Ok((list.values().map(ValueView::to_value).collect(), true));
                }
                if let Some(object) = value.as_object() {
                    let pair = |(name, value): (liquid_core::model::KStringCow<'_>, &dyn ValueView)| {
                        Value::Array(vec![Value::scalar(name.into_owned()), value.to_value()])
                    };
                    return Ok((object.iter().map(pair).collect(), false));
                }
                if value.is_nil() {
                    return match self.otherwise {
                        Some(_) => Ok((vec![], false)),
                        None => Err(stop(runtime, Why::Missing { variable: resolved(runtime, of) })),
                    };
                }
                // A text is one thing, and an empty one none.
                let text = value.to_kstr();
                return Ok((if text.is_empty() { vec![] } else { vec![value.to_value()] }, false));
            }
            Over::Range(from, to) => (self.whole(from, runtime)?, self.whole(to, runtime)?),
        };
        let many = to.checked_sub(from).and_then(|many| many.checked_add(1)).unwrap_or(i64::MAX);
        if many > MOST_ROUNDS as i64 {
            let told = format!("the loop goes from {from} to {to}, and {MOST_ROUNDS} rounds are the most");
            return Err(refuse(runtime, told));
        }
        Ok(((from..=to).map(Value::scalar).collect(), false))
    }

    fn whole(&self, expression: &Expression, runtime: &dyn Runtime) -> Result<i64> {
        let value = expression.evaluate(runtime)?;
        if value.is_nil() {
            let variable = resolved(runtime, &name_of(&super::output::written(expression)));
            return Err(stop(runtime, Why::Missing { variable }));
        }
        value
            .as_scalar()
            .and_then(|scalar| scalar.to_integer().or_else(|| scalar.to_float().map(|float| float as i64)))
            .ok_or_else(|| refuse(runtime, format!("`{}` is no whole number", value.to_kstr())))
    }

    fn count(&self, expression: Option<&Expression>, runtime: &dyn Runtime) -> Result<Option<usize>> {
        expression.map(|of| Ok(usize::try_from(self.whole(of, runtime)?).unwrap_or(0))).transpose()
    }
}

impl Renderable for Loop {
    fn render_to(&self, writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let (list, has_places) = self.list(runtime)?;
        let offset = self.count(self.offset.as_ref(), runtime)?.unwrap_or(0);
        let limit = self.count(self.limit.as_ref(), runtime)?.unwrap_or(usize::MAX);
        let mut list: Vec<(usize, Value)> = list.into_iter().enumerate().skip(offset).take(limit).collect();
        if self.reversed {
            list.reverse();
        }
        let many = list.len();
        if many == 0 {
            return match &self.otherwise {
                Some(otherwise) => otherwise.render_to(writer, runtime),
                None => Ok(()),
            };
        }
        let columns = self.count(self.columns.as_ref(), runtime)?.unwrap_or(many).max(1);
        let (around, outer) = match self.kind {
            LoopBlock::For => ("forloop", runtime.try_get(&path("forloop")).map(|outer| outer.into_owned())),
            LoopBlock::TableRow => ("tablerowloop", None),
        };
        let of = match &self.over {
            Over::List(_, of) => Some(resolved(runtime, of)),
            Over::Range(..) => None,
        };
        let shadowed = state(runtime).lists.remove(self.name.as_str());
        for (at, (place, item)) in list.into_iter().enumerate() {
            let mut state_now = state(runtime);
            state_now.rounds += 1;
            if let Some(of) = &of {
                let thing = if has_places { format!("{of}[{place}]") } else { of.clone() };
                state_now.lists.insert(self.name.to_string(), thing);
            }
            let is_too_long = state_now.rounds > MOST_ROUNDS;
            drop(state_now);
            if is_too_long {
                return Err(refuse(runtime, format!("its loops have more than {MOST_ROUNDS} rounds together")));
            }
            let (row, column) = (at / columns, at % columns);
            if self.kind == LoopBlock::TableRow {
                let open = if column == 0 { format!("<tr class=\"row{}\">", row + 1) } else { String::new() };
                put(writer, &format!("{open}<td class=\"col{}\">", column + 1))?;
            }
            let mut frame = Object::new();
            frame.insert(around.into(), Value::Object(self.around(at, many, columns, outer.as_ref())));
            frame.insert(self.name.clone(), item);
            let scope = Frame::of_loop(runtime, frame);
            self.body.render_to(writer, &scope)?;
            if self.kind == LoopBlock::TableRow {
                let close = if column + 1 == columns || at + 1 == many { "</td></tr>" } else { "</td>" };
                put(writer, close)?;
            }
            if runtime.registers().get_mut::<InterruptRegister>().reset() == Some(Interrupt::Break) {
                break;
            }
        }
        let mut state = state(runtime);
        match shadowed {
            Some(of) => state.lists.insert(self.name.to_string(), of),
            None => state.lists.remove(self.name.as_str()),
        };
        Ok(())
    }
}

impl Loop {
    /// What `forloop` says in a round.
    fn around(&self, at: usize, many: usize, columns: usize, outer: Option<&Value>) -> Object {
        let mut object = Object::new();
        let mut put = |name: &'static str, value: Value| {
            object.insert(name.into(), value);
        };
        let number = |n: usize| Value::scalar(i64::try_from(n).unwrap_or(i64::MAX));
        put("length", number(many));
        put("index", number(at + 1));
        put("index0", number(at));
        put("rindex", number(many - at));
        put("rindex0", number(many - at - 1));
        put("first", Value::scalar(at == 0));
        put("last", Value::scalar(at + 1 == many));
        if self.kind == LoopBlock::TableRow {
            put("col", number(at % columns + 1));
            put("col0", number(at % columns));
            put("row", number(at / columns + 1));
            put("col_first", Value::scalar(at.is_multiple_of(columns)));
            put("col_last", Value::scalar(at % columns + 1 == columns || at + 1 == many));
        } else if let Some(outer) = outer {
            put("parentloop", outer.clone());
        }
        object
    }
}

fn put(writer: &mut dyn Write, text: &str) -> Result<()> {
    writer.write_all(text.as_bytes()).map_err(|error| Error::with_msg(error.to_string()))
}
