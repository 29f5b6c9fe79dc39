//! How the fields of a stored profile are written and read: times, texts, values, and lists that are left out where
//! they are empty. Each module is named by the fields of the state that it is for.

use super::super::small::push;
use crate::ir::AttributeId;
use crate::value::{Timestamp, Value};
use chrono::NaiveDate;
use chrono_tz::Tz;
use rust_decimal::Decimal;
use smallvec::SmallVec;
use smol_str::SmolStr;
use thin_vec::ThinVec;

type Writer<'a, W> = &'a mut minicbor::Encoder<W>;
type WriteResult<W> = Result<(), minicbor::encode::Error<<W as minicbor::encode::Write>::Error>>;
type ReadResult<T> = Result<T, minicbor::decode::Error>;

/// The clock of the profile that is written or read: times are stored as distances back from it.
pub(crate) struct Base(pub(super) Timestamp);

impl AsMut<Base> for Base {
    fn as_mut(&mut self) -> &mut Base {
        self
    }
}

/// The clock itself.
pub(crate) mod clock {
    use super::*;

    pub(crate) fn encode<C: AsMut<Base>, W: minicbor::encode::Write>(
        at: &Timestamp,
        e: Writer<'_, W>,
        ctx: &mut C,
    ) -> WriteResult<W> {
        ctx.as_mut().0 = *at;
        e.i64(*at)?.ok()
    }

    pub(crate) fn decode<C: AsMut<Base>>(d: &mut minicbor::Decoder<'_>, ctx: &mut C) -> ReadResult<Timestamp> {
        let at = d.i64()?;
        ctx.as_mut().0 = at;
        Ok(at)
    }
}

/// Any other time.
pub(crate) mod time {
    use super::*;

    pub(crate) fn encode<C: AsMut<Base>, W: minicbor::encode::Write>(
        at: &Timestamp,
        e: Writer<'_, W>,
        ctx: &mut C,
    ) -> WriteResult<W> {
        e.i64(ctx.as_mut().0.wrapping_sub(*at))?.ok()
    }

    pub(crate) fn decode<C: AsMut<Base>>(d: &mut minicbor::Decoder<'_>, ctx: &mut C) -> ReadResult<Timestamp> {
        Ok(ctx.as_mut().0.wrapping_sub(d.i64()?))
    }
}

/// A time or none.
pub(crate) mod maybe_time {
    use super::*;

    pub(crate) fn encode<C: AsMut<Base>, W: minicbor::encode::Write>(
        at: &Option<Timestamp>,
        e: Writer<'_, W>,
        ctx: &mut C,
    ) -> WriteResult<W> {
        match at {
            Some(at) => time::encode(at, e, ctx),
            None => e.null()?.ok(),
        }
    }

    pub(crate) fn decode<C: AsMut<Base>>(d: &mut minicbor::Decoder<'_>, ctx: &mut C) -> ReadResult<Option<Timestamp>> {
        if d.datatype()? == minicbor::data::Type::Null {
            d.null()?;
            return Ok(None);
        }
        time::decode(d, ctx).map(Some)
    }
}

/// A list that is left out where it is empty.
pub(crate) mod rows {
    use super::*;

    pub(crate) fn encode<C, R: View, W: minicbor::encode::Write>(
        rows: &R,
        e: Writer<'_, W>,
        ctx: &mut C,
    ) -> WriteResult<W>
    where
        R::Row: minicbor::Encode<C>,
    {
        let rows = rows.rows();
        e.array(rows.len() as u64)?;
        for row in rows {
            minicbor::Encode::encode(row, e, ctx)?;
        }
        Ok(())
    }

    pub(crate) fn decode<'b, C, R: Rows>(d: &mut minicbor::Decoder<'b>, ctx: &mut C) -> ReadResult<R>
    where
        R::Row: minicbor::Decode<'b, C>,
    {
        let mut rows = R::default();
        if d.datatype()? == minicbor::data::Type::Null {
            d.null()?;
            return Ok(rows);
        }
        for _ in 0..list::length(d)? {
            rows.add(minicbor::Decode::decode(d, ctx)?);
        }
        Ok(rows)
    }

    pub(crate) fn is_nil<R: View>(rows: &R) -> bool {
        rows.rows().is_empty()
    }

    #[expect(clippy::unnecessary_wraps, reason = "the form that the derive calls")]
    pub(crate) fn nil<R: Rows>() -> Option<R> {
        Some(R::default())
    }

    /// The kinds of list that a profile has, to be written.
    pub(crate) trait View {
        type Row;
        fn rows(&self) -> &[Self::Row];
    }

    /// The same, to be read.
    pub(crate) trait Rows: View + Default {
        fn add(&mut self, row: Self::Row);
    }

    impl<R: View> View for &R {
        type Row = R::Row;
        fn rows(&self) -> &[R::Row] {
            (*self).rows()
        }
    }

    impl<T> View for Vec<T> {
        type Row = T;
        fn rows(&self) -> &[T] {
            self
        }
    }

    impl<T> Rows for Vec<T> {
        fn add(&mut self, row: T) {
            push(self, row);
        }
    }

    impl<T, const N: usize> View for SmallVec<[T; N]>
    where
        [T; N]: smallvec::Array<Item = T>,
    {
        type Row = T;
        fn rows(&self) -> &[T] {
            self
        }
    }

    impl<T, const N: usize> Rows for SmallVec<[T; N]>
    where
        [T; N]: smallvec::Array<Item = T>,
    {
        fn add(&mut self, row: T) {
            self.push(row);
        }
    }

    impl<T> View for ThinVec<T> {
        type Row = T;
        fn rows(&self) -> &[T] {
            self
        }
    }

    impl<T> Rows for ThinVec<T> {
        fn add(&mut self, row: T) {
            self.push(row);
        }
    }
}

/// A flag that is left out where it is down.
pub(crate) mod flag {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(flag: &bool, e: Writer<'_, W>, _: &mut C) -> WriteResult<W> {
        e.bool(*flag)?.ok()
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<bool> {
        d.bool()
    }

    pub(crate) fn is_nil(flag: &bool) -> bool {
        !flag
    }

    #[expect(clippy::unnecessary_wraps, reason = "the form that the derive calls")]
    pub(crate) fn nil() -> Option<bool> {
        Some(false)
    }
}

/// Short texts.
pub(crate) mod text {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(text: &SmolStr, e: Writer<'_, W>, _: &mut C) -> WriteResult<W> {
        e.str(text)?.ok()
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<SmolStr> {
        d.str().map(SmolStr::new)
    }
}

/// A text or nothing.
pub(crate) mod maybe_text {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        text: &Option<SmolStr>,
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        match text {
            Some(text) => e.str(text)?.ok(),
            None => e.null()?.ok(),
        }
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Option<SmolStr>> {
        let text: Option<&str> = d.decode()?;
        Ok(text.map(SmolStr::new))
    }
}

/// Several texts.
pub(crate) mod texts {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        texts: &[SmolStr],
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        e.array(texts.len() as u64)?;
        for text in texts {
            e.str(text)?;
        }
        Ok(())
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Vec<SmolStr>> {
        let texts: Vec<&str> = d.decode()?;
        Ok(texts.into_iter().map(SmolStr::new).collect())
    }
}

/// Named flags.
pub(crate) mod flags {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        flags: &[(SmolStr, bool)],
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        e.array(flags.len() as u64)?;
        for (name, yes) in flags {
            e.encode((name.as_str(), yes))?;
        }
        Ok(())
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Vec<(SmolStr, bool)>> {
        let flags: Vec<(&str, bool)> = d.decode()?;
        Ok(flags.into_iter().map(|(name, yes)| (SmolStr::new(name), yes)).collect())
    }
}

/// A time zone by its name in the tz database.
pub(crate) mod zone {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        zone: &Option<Tz>,
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        match zone {
            Some(zone) => e.str(zone.name())?.ok(),
            None => e.null()?.ok(),
        }
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Option<Tz>> {
        let name: Option<&str> = d.decode()?;
        name.map(|name| name.parse().map_err(|_| minicbor::decode::Error::message("no such time zone"))).transpose()
    }
}

/// Values: an array of a kind and its parts.
pub(crate) mod list {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        values: &[Value],
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        e.array(values.len() as u64)?;
        for value in values {
            one(value, e)?;
        }
        Ok(())
    }

    /// Days are counted from 1 January of year 1.
    pub(super) fn one<W: minicbor::encode::Write>(value: &Value, e: Writer<'_, W>) -> WriteResult<W> {
        use chrono::Datelike;
        match value {
            Value::Missing => e.null()?.ok(),
            Value::Bool(b) => e.bool(*b)?.ok(),
            Value::Text(t) => e.str(t)?.ok(),
            Value::Number(n) => e.bytes(&n.serialize())?.ok(),
            Value::Date(d) => e.array(2)?.u8(1)?.i32(d.num_days_from_ce())?.ok(),
            Value::Time(m) => e.array(2)?.u8(2)?.u32(*m)?.ok(),
            Value::Moment(t) => e.array(2)?.u8(3)?.i64(*t)?.ok(),
            Value::Duration(d) => e.array(2)?.u8(4)?.i64(*d)?.ok(),
            Value::List(items) => {
                e.array(2)?.u8(5)?;
                encode(items, e, &mut ())
            }
            Value::Thing(fields) => {
                e.array(2)?.u8(6)?;
                shelf::encode(fields, e, &mut ())
            }
        }
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Vec<Value>> {
        let mut out = Vec::new();
        for _ in 0..length(d)? {
            out.push(read(d, 0)?);
        }
        Ok(out)
    }

    pub(super) fn length(d: &mut minicbor::Decoder<'_>) -> ReadResult<u64> {
        d.array()?.ok_or_else(|| minicbor::decode::Error::message("a list without a length"))
    }

    pub(super) fn read(d: &mut minicbor::Decoder<'_>, depth: usize) -> ReadResult<Value> {
        use minicbor::data::Type;
        let bad = minicbor::decode::Error::message;
        if depth > 64 {
            return Err(bad("values are nested too deep"));
        }
        Ok(match d.datatype()? {
            Type::Null => {
                d.null()?;
                Value::Missing
            }
            Type::Bool => Value::Bool(d.bool()?),
            Type::String => Value::Text(SmolStr::new(d.str()?)),
            Type::Bytes => {
                let bytes: [u8; 16] = d.bytes()?.try_into().map_err(|_| bad("a number of another size"))?;
                let number = Decimal::deserialize(bytes);
                if number.serialize() != bytes {
                    return Err(bad("a number that is none"));
                }
                Value::Number(number)
            }
            Type::Array => {
                if length(d)? != 2 {
                    return Err(bad("a value without its kind"));
                }
                match d.u8()? {
                    1 => Value::Date(
                        NaiveDate::from_num_days_from_ce_opt(d.i32()?).ok_or_else(|| bad("a day that is none"))?,
                    ),
                    2 => Value::Time(Some(d.u32()?).filter(|m| *m < 1440).ok_or_else(|| bad("a time that is none"))?),
                    3 => Value::Moment(d.i64()?),
                    4 => Value::Duration(d.i64()?),
                    5 => {
                        let mut items = Vec::new();
                        for _ in 0..length(d)? {
                            items.push(read(d, depth + 1)?);
                        }
                        Value::List(items)
                    }
                    6 => Value::Thing(named(d, depth + 1)?),
                    _ => return Err(bad("a value of an unknown kind")),
                }
            }
            _ => return Err(bad("a value of an unknown kind")),
        })
    }
}

/// Names with their values.
fn named(d: &mut minicbor::Decoder<'_>, depth: usize) -> ReadResult<Vec<(SmolStr, Value)>> {
    let mut out = Vec::new();
    for _ in 0..list::length(d)? {
        if list::length(d)? != 2 {
            return Err(minicbor::decode::Error::message("a value without its name"));
        }
        let name = SmolStr::new(d.str()?);
        out.push((name, list::read(d, depth)?));
    }
    Ok(out)
}

/// Values with the numbers of their attributes.
pub(crate) mod values {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        values: &[(AttributeId, Value)],
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        e.array(values.len() as u64)?;
        for (number, value) in values {
            e.array(2)?.u16(number.0)?;
            list::one(value, e)?;
        }
        Ok(())
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Vec<(AttributeId, Value)>> {
        let bad = minicbor::decode::Error::message;
        let length = d.array()?.ok_or_else(|| bad("a list without a length"))?;
        let mut out = Vec::new();
        for _ in 0..length {
            if d.array()? != Some(2) {
                return Err(bad("a trait without its number"));
            }
            let number = AttributeId(d.u16()?);
            out.push((number, list::read(d, 0)?));
        }
        Ok(out)
    }
}

/// Values by name, left out where there are none.
pub(crate) mod shelf {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        values: &[(SmolStr, Value)],
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        e.array(values.len() as u64)?;
        for (name, value) in values {
            e.array(2)?.str(name)?;
            list::one(value, e)?;
        }
        Ok(())
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Vec<(SmolStr, Value)>> {
        named(d, 0)
    }

    pub(crate) fn is_nil(values: &[(SmolStr, Value)]) -> bool {
        values.is_empty()
    }

    #[expect(clippy::unnecessary_wraps, reason = "the form that the derive calls")]
    pub(crate) fn nil() -> Option<Vec<(SmolStr, Value)>> {
        Some(vec![])
    }
}

/// One value.
pub(crate) mod value {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(value: &Value, e: Writer<'_, W>, _: &mut C) -> WriteResult<W> {
        list::one(value, e)
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Value> {
        list::read(d, 0)
    }
}

/// A number.
pub(crate) mod number {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        number: &Decimal,
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        list::one(&Value::Number(*number), e)
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Decimal> {
        match list::read(d, 0)? {
            Value::Number(number) => Ok(number),
            _ => Err(minicbor::decode::Error::message("a number that is none")),
        }
    }
}

/// A number or none.
pub(crate) mod maybe_number {
    use super::*;

    pub(crate) fn encode<C, W: minicbor::encode::Write>(
        number: &Option<Decimal>,
        e: Writer<'_, W>,
        _: &mut C,
    ) -> WriteResult<W> {
        list::one(&number.map_or(Value::Missing, Value::Number), e)
    }

    pub(crate) fn decode<C>(d: &mut minicbor::Decoder<'_>, _: &mut C) -> ReadResult<Option<Decimal>> {
        match list::read(d, 0)? {
            Value::Number(number) => Ok(Some(number)),
            Value::Missing => Ok(None),
            _ => Err(minicbor::decode::Error::message("a number that is none")),
        }
    }
}

/// Ascending times, each as its distance from the one before.
pub(crate) mod times {
    use super::*;

    pub(crate) fn encode<C: AsMut<Base>, W: minicbor::encode::Write>(
        times: &[Timestamp],
        e: Writer<'_, W>,
        ctx: &mut C,
    ) -> WriteResult<W> {
        e.array(times.len() as u64)?;
        let mut before = ctx.as_mut().0;
        for at in times {
            e.i64(at.wrapping_sub(before))?;
            before = *at;
        }
        Ok(())
    }

    pub(crate) fn decode<C: AsMut<Base>>(d: &mut minicbor::Decoder<'_>, ctx: &mut C) -> ReadResult<ThinVec<Timestamp>> {
        let mut times = ThinVec::new();
        let mut before = ctx.as_mut().0;
        for _ in 0..list::length(d)? {
            before = before.wrapping_add(d.i64()?);
            times.push(before);
        }
        Ok(times)
    }
}
