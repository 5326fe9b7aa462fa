//! Deliveries that get lost on purpose, so that a sweep has something to find.

/// A share of deliveries that is lost, drawn from a seed so that a test repeats.
#[derive(Debug, Default)]
pub(crate) struct Loss {
    percent: u8,
    state: u64,
    /// Event log entries whose delivery to some hook was lost.
    pub(crate) lost: Vec<u64>,
}

impl Loss {
    pub(crate) fn set(&mut self, percent: u8, seed: u64) {
        self.percent = percent;
        self.state = seed;
    }

    pub(crate) fn loses(&mut self, entry: u64) -> bool {
        let loses = self.percent > 0 && self.draw() % 100 < u64::from(self.percent);
        if loses {
            self.lost.push(entry);
        }
        loses
    }

    /// SplitMix64 (Steele, Lea, Flood 2014): small, and good enough to pick deliveries.
    fn draw(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn about_the_share_that_was_asked_for_is_lost() {
        let mut loss = Loss::default();
        assert!((0..1000).all(|entry| !loss.loses(entry)));
        loss.set(5, 7);
        let lost = (0..10_000).filter(|entry| loss.loses(*entry)).count();
        assert!((400..600).contains(&lost), "{lost}");
        assert_eq!(loss.lost.len(), lost);
    }
}
