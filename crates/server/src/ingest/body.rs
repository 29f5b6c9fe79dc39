//! Reads a body: never more of it than is taken, and never more of all bodies than there is room for.

use axum::body::Body;
use axum::http::HeaderMap;
use flate2::bufread::{MultiGzDecoder, ZlibDecoder};
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use tokio_stream::StreamExt;

/// Bytes of all requests at once, and of those among them that have shown no key yet.
const IN_FLIGHT: usize = 64 << 20;
const STRANGERS: usize = 32 << 20;

/// How long a body may take.
const SLOW: Duration = Duration::from_secs(30);

/// Bytes that are read past the limit and thrown away: who is cut off while sending never sees the answer.
const DRAIN: usize = 4 << 20;

/// Room for what is in flight.
#[derive(Debug, Clone)]
pub(crate) struct Room {
    all: Arc<Semaphore>,
    strangers: Arc<Semaphore>,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self { all: Arc::new(Semaphore::new(IN_FLIGHT)), strangers: Arc::new(Semaphore::new(STRANGERS)) }
    }

    /// A place for one request, empty so far.
    pub(crate) fn enter(&self, is_known: bool) -> Place {
        Place { room: self.clone(), is_known, held: None, stranger: None }
    }
}

/// What one request takes up; given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    room: Room,
    is_known: bool,
    held: Option<OwnedSemaphorePermit>,
    stranger: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// Takes so many more bytes.
    pub(crate) fn grow(&mut self, bytes: usize) -> Result<(), Fault> {
        let take = |from: &Arc<Semaphore>, held: &mut Option<OwnedSemaphorePermit>| {
            let bytes = u32::try_from(bytes).map_err(|_| Fault::Busy)?;
            let more = from.clone().try_acquire_many_owned(bytes).map_err(|_| Fault::Busy)?;
            match held {
                Some(held) => held.merge(more),
                None => *held = Some(more),
            }
            Ok(())
        };
        if !self.is_known {
            take(&self.room.strangers, &mut self.stranger)?;
        }
        take(&self.room.all, &mut self.held)
    }
}

/// Why a body was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It has more bytes than are taken.
    TooLarge,
    /// There is no room now.
    Busy,
    /// It did not come to an end in time.
    Slow,
    /// It is not what its headers say, or broke off.
    Broken(&'static str),
    /// It is compressed in a way that is not read.
    Encoding(String),
}

/// The text of a body, of so many bytes at most once it is unpacked.
pub(crate) async fn read(headers: &HeaderMap, body: Body, limit: usize, place: &mut Place) -> Result<String, Fault> {
    let says: Option<usize> =
        headers.get("content-length").and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let bytes = timeout(SLOW, collect(body, limit, says, place)).await.map_err(|_| Fault::Slow)??;
    let encoding = headers.get("content-encoding").and_then(|value| value.to_str().ok()).unwrap_or_default();
    let bytes = match encoding.trim().to_ascii_lowercase().as_str() {
        // Some browsers' libraries pack without saying so; no JSON begins like that.
        "" | "identity" | "gzip" | "x-gzip" if bytes.starts_with(&[0x1f, 0x8b]) => {
            unpack(MultiGzDecoder::new(bytes.as_slice()), limit, place)?
        }
        "" | "identity" => bytes,
        "gzip" | "x-gzip" => return Err(Fault::Broken("its `Content-Encoding` is gzip, and it is not packed so")),
        "deflate" => unpack(ZlibDecoder::new(bytes.as_slice()), limit, place)?,
        other => return Err(Fault::Encoding(other.to_string())),
    };
    String::from_utf8(bytes).map_err(|_| Fault::Broken("it is not written in UTF-8"))
}

async fn collect(body: Body, limit: usize, says: Option<usize>, place: &mut Place) -> Result<Vec<u8>, Fault> {
    let too_large = says.is_some_and(|says| says > limit);
    if too_large && (!place.is_known || says.is_some_and(|says| says > limit + DRAIN)) {
        return Err(Fault::TooLarge);
    }
    let mut stream = body.into_data_stream();
    let mut bytes = Vec::new();
    let mut past = 0;
    while let Some(chunk) = stream.next().await {
        let chunk = chunk.map_err(|_| Fault::Broken("it broke off"))?;
        if too_large || past > 0 || bytes.len() + chunk.len() > limit {
            past += chunk.len();
            bytes = Vec::new();
            if !place.is_known || past > DRAIN + limit {
                break;
            }
            continue;
        }
        place.grow(chunk.len())?;
        bytes.extend_from_slice(&chunk);
    }
    if too_large || past > 0 { Err(Fault::TooLarge) } else { Ok(bytes) }
}

/// Unpacks piece by piece, so that what is packed a thousandfold is left off at the limit.
fn unpack(mut packed: impl Read, limit: usize, place: &mut Place) -> Result<Vec<u8>, Fault> {
    let mut bytes = Vec::new();
    let mut piece = vec![0; 16 << 10];
    loop {
        let read = packed.read(&mut piece).map_err(|_| Fault::Broken("what is packed in it is damaged or cut off"))?;
        if read == 0 {
            return Ok(bytes);
        }
        if bytes.len() + read > limit {
            return Err(Fault::TooLarge);
        }
        place.grow(read)?;
        bytes.extend(piece.iter().take(read));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_flight_is_bounded_and_given_back() {
        let room = Room::new();
        let mut stranger = room.enter(false);
        assert_eq!(stranger.grow(STRANGERS), Ok(()));
        assert_eq!(room.enter(false).grow(1), Err(Fault::Busy));
        let mut known = room.enter(true);
        assert_eq!(known.grow(IN_FLIGHT - STRANGERS), Ok(()));
        assert_eq!(known.grow(1), Err(Fault::Busy));
        drop(stranger);
        assert_eq!(known.grow(STRANGERS), Ok(()));
        drop(known);
        assert_eq!(room.enter(true).grow(IN_FLIGHT), Ok(()));
    }
}
