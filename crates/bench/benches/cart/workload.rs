//! The inputs of one shop: carts are abandoned one after the other, and what becomes of each follows over three days.

use journey::{Input, Json};

pub struct Workload {
    pub customers: usize,
    pub inputs: Vec<Input>,
    pub end: i64,
}

const HOUR: i64 = 3_600_000;
/// 2026-03-02T00:00:00Z
const START: i64 = 1_772_409_600_000;

impl Workload {
    /// Of every 100 customers 30 open the email, 15 buy before it goes out, 10 after it. Over ten days.
    pub fn new(customers: usize) -> Self {
        let mut state = 0x9E37_79B9_7F4A_7C15u64;
        let mut random = |below: i64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 16) as i64 % below
        };
        let mut inputs = Vec::new();
        for customer in 0..customers {
            let at = START + (customer as i64 * 240 * HOUR) / customers as i64;
            let id = format!("customer-{customer:07}");
            let mut happens = |event: &str, after: i64| {
                let properties = Json::Object(vec![("total".into(), Json::Bool(true))]);
                inputs.push(Input::event(id.as_str(), at + after, event, properties));
            };
            happens("cart_abandoned", 0);
            match random(100) {
                0..15 => happens("order_placed", 1 + random(24 * HOUR - 1)),
                15..25 => happens("order_placed", 24 * HOUR + 1 + random(48 * HOUR)),
                25..55 => happens("opened", 24 * HOUR + 1 + random(60 * HOUR)),
                _ => {}
            }
        }
        inputs.sort_by_key(|input| input.arrived);
        let end = inputs.last().map_or(START, |input| input.arrived) + 240 * HOUR;
        Self { customers, inputs, end }
    }
}
