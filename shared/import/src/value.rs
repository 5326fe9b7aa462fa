//! What a Python expression is known to be without running anything.
//!
//! What depends on the machine, on another module or on a call is unknown, and says why. The
//! reason never holds a text of the plugin, for it may be a key.

/// Parts of one value. Ours: a filter of event types has some dozens.
const WEIGHT_MAX: usize = 5_000;
/// Values within values. Ours: a filter has two or three.
const DEPTH_MAX: usize = 30;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Number(String),
    Bool(bool),
    None,
    /// A list, a tuple or a set.
    List(Vec<Value>),
    Map(Vec<(Value, Value)>),
    /// A function or a class, by its name.
    Function(String),
    /// What plugins register callbacks with.
    Registrar,
    Unknown(Why),
}

/// Why something is not known, and where that begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Why {
    pub line: usize,
    pub what: String,
}

impl Value {
    pub fn unknown(line: usize, what: impl Into<String>) -> Self {
        Self::Unknown(Why { line, what: what.into() })
    }

    /// Whether Python takes it for true; `None` where that is not known.
    pub fn truth(&self) -> Option<bool> {
        match self {
            Self::Text(text) => Some(!text.is_empty()),
            Self::Number(number) => Some(number.parse::<f64>().ok()? != 0.0),
            Self::Bool(is) => Some(*is),
            Self::None => Some(false),
            Self::List(items) => Some(!items.is_empty()),
            Self::Map(pairs) => Some(!pairs.is_empty()),
            Self::Function(_) | Self::Registrar => Some(true),
            Self::Unknown(_) => None,
        }
    }

    pub fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// What is at a key of a map or at a place of a list.
    pub fn get(&self, key: &Self) -> Option<&Self> {
        match (self, key) {
            (Self::Map(pairs), _) => {
                pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value)
            }
            (Self::List(items), Self::Number(place)) => items.get(place.parse::<usize>().ok()?),
            _ => None,
        }
    }

    /// Sets a key of a map. Anything else is no longer known.
    pub fn put(&mut self, line: usize, key: Self, value: Self) {
        if let Self::Map(pairs) = self {
            match pairs.iter_mut().find(|(known, _)| *known == key) {
                Some((_, known)) => *known = value,
                None => pairs.push((key, value)),
            }
        } else if self.truth().is_some() {
            *self = Self::unknown(line, "a part of it is set");
        }
    }

    /// What a loop over it goes through.
    pub fn items(&self) -> Option<Vec<Self>> {
        if let Self::Map(pairs) = self {
            return Some(pairs.iter().map(|(key, _)| key.clone()).collect());
        }
        if let Self::List(items) = self { Some(items.clone()) } else { None }
    }

    /// Itself, or unknown where it has grown beyond what a plugin can mean.
    pub fn bounded(self, line: usize) -> Self {
        match self.weight(WEIGHT_MAX, DEPTH_MAX) {
            Some(_) => self,
            None => Self::unknown(line, "a value that is too large"),
        }
    }

    /// What is left of the weight that it may have.
    fn weight(&self, left: usize, depth: usize) -> Option<usize> {
        let (left, depth) = (left.checked_sub(1)?, depth.checked_sub(1)?);
        match self {
            Self::Text(text) | Self::Number(text) | Self::Function(text) => {
                left.checked_sub(text.len() / 16)
            }
            Self::List(items) => items.iter().try_fold(left, |left, item| item.weight(left, depth)),
            Self::Map(pairs) => pairs
                .iter()
                .try_fold(left, |left, (key, value)| value.weight(key.weight(left, depth)?, depth)),
            Self::Bool(_) | Self::None | Self::Registrar | Self::Unknown(_) => Some(left),
        }
    }
}
