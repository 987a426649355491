//! A small map by relation.

use std::ops::Index;

/// What stands below each relation, in the order of the relations' names. A document has few of them:
/// a sorted list is less memory than a tree, and 3 KB less of the widget.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByRel<T>(Vec<(String, Vec<T>)>);

impl<T> Default for ByRel<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> ByRel<T> {
    /// Whether there is nothing.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many relations there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// All below a relation.
    pub fn get(&self, rel: &str) -> Option<&[T]> {
        self.0.iter().find(|it| it.0 == rel).map(|it| it.1.as_slice())
    }

    /// Whether there is anything below a relation.
    pub fn contains_key(&self, rel: &str) -> bool {
        self.get(rel).is_some()
    }

    /// Puts one more below a relation.
    pub fn push(&mut self, rel: &str, item: T) {
        match self.0.iter_mut().find(|it| it.0 == rel) {
            Some((_, items)) => items.push(item),
            None => self.insert(rel, vec![item]),
        }
    }

    /// Puts these below a relation, in place of what stood there.
    pub fn insert(&mut self, rel: &str, items: Vec<T>) {
        self.remove(rel);
        let at = self.0.iter().take_while(|it| it.0.as_str() < rel).count();
        self.0.insert(at, (rel.to_owned(), items));
    }

    /// Takes all away that stands below a relation.
    pub fn remove(&mut self, rel: &str) {
        self.0.retain(|it| it.0 != rel);
    }

    /// The relations, by name.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|it| it.0.as_str())
    }

    /// Each relation with what stands below it.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[T])> {
        self.0.iter().map(|(rel, items)| (rel.as_str(), items.as_slice()))
    }

    /// What stands below each relation, to be changed.
    pub fn values_mut(&mut self) -> impl Iterator<Item = &mut Vec<T>> {
        self.0.iter_mut().map(|it| &mut it.1)
    }
}

impl<T> Index<&str> for ByRel<T> {
    type Output = [T];

    /// All below a relation; nothing where it is missing.
    fn index(&self, rel: &str) -> &[T] {
        self.get(rel).unwrap_or_default()
    }
}
