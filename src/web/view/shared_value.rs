//! Values that components share.

use std::rc::Rc;

/// A value that is the same only if it is this one: to compare two would take longer than to draw one.
#[derive(Debug)]
pub(crate) struct SharedValue<T>(pub(crate) Rc<T>);

impl<T> Clone for SharedValue<T> {
    fn clone(&self) -> Self {
        Self(Rc::clone(&self.0))
    }
}

impl<T> PartialEq for SharedValue<T> {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}
