//! `assign` and `capture`: names that a text gives itself, without losing where a missing value came from.

use super::MOST_BYTES;
use super::output::{name_of, name_shown};
use super::state::{refuse, resolved, state};
use super::template::Bounded;
use liquid_core::model::KString;
use liquid_core::parser::FilterChain;
use liquid_core::{
    BlockReflection, Language, ParseBlock, ParseTag, Renderable, Result, Runtime, TagBlock, TagReflection,
};
use liquid_core::{TagTokenIter, Template, Value};
use std::io::Write;

#[derive(Clone)]
pub(super) struct AssignTag;

impl TagReflection for AssignTag {
    fn tag(&self) -> &str {
        "assign"
    }

    fn description(&self) -> &str {
        "gives a name to a value"
    }
}

impl ParseTag for AssignTag {
    fn parse(&self, mut arguments: TagTokenIter<'_>, options: &Language) -> Result<Box<dyn Renderable>> {
        let name = arguments.expect_next("a name was expected")?.expect_identifier().into_result()?.to_owned();
        arguments.expect_next("`=` was expected")?.expect_str("=").into_result_custom_msg("`=` was expected")?;
        let chain = arguments.expect_next("a value was expected")?;
        let of = name_of(chain.as_str());
        let chain = chain.expect_filter_chain(options).into_result()?;
        arguments.expect_nothing()?;
        Ok(Box::new(Assign { name: name.into(), of, chain }))
    }

    fn reflection(&self) -> &dyn TagReflection {
        self
    }
}

#[derive(Debug)]
struct Assign {
    name: KString,
    of: String,
    chain: FilterChain,
}

impl Renderable for Assign {
    fn render_to(&self, _writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let value = self.chain.evaluate(runtime)?.into_owned();
        let origin = matches!(value, Value::Nil).then(|| {
            let because = state(runtime).because.take();
            because.unwrap_or_else(|| resolved(runtime, &self.of))
        });
        let mut state = state(runtime);
        state.because = None;
        state.captured.remove(self.name.as_str());
        match origin {
            Some(origin) => state.origins.insert(self.name.to_string(), name_shown(&origin)),
            None => state.origins.remove(self.name.as_str()),
        };
        drop(state);
        runtime.set_global(self.name.clone(), value);
        Ok(())
    }
}

#[derive(Clone)]
pub(super) struct CaptureBlock;

impl BlockReflection for CaptureBlock {
    fn start_tag(&self) -> &str {
        "capture"
    }

    fn end_tag(&self) -> &str {
        "endcapture"
    }

    fn description(&self) -> &str {
        "gives a name to a piece of text"
    }
}

impl ParseBlock for CaptureBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let name = arguments.expect_next("a name was expected")?.expect_identifier().into_result()?.to_owned();
        arguments.expect_nothing()?;
        let body = Template::new(block.parse_all(options)?);
        block.assert_empty();
        Ok(Box::new(Capture { name: name.into(), body }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

#[derive(Debug)]
struct Capture {
    name: KString,
    body: Template,
}

impl Renderable for Capture {
    fn render_to(&self, _writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let mut inside = Bounded::new(MOST_BYTES);
        let done = self.body.render_to(&mut inside, runtime);
        let Some(text) = inside.text() else {
            return Err(refuse(runtime, format!("what `{}` captures has more than {MOST_BYTES} bytes", self.name)));
        };
        done?;
        let mut state = state(runtime);
        state.captured.insert(self.name.to_string());
        state.origins.remove(self.name.as_str());
        drop(state);
        runtime.set_global(self.name.clone(), Value::scalar(text));
        Ok(())
    }
}
