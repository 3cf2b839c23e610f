//! Defers SIGINT and SIGTERM while something is written, until what is half-written is removed.
//!
//! SIGHUP and SIGQUIT still end the program at once: `nohup` ignores the first on purpose, and the second is meant to do
//! just that. The next run removes what they leave behind.

use std::io;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::outcome::Stop;

/// What the signal handlers share with the program.
#[derive(Debug)]
struct Signals {
    /// Whether the next signal ends the program: outside of writing, and after the first signal.
    ends_at_once: Arc<AtomicBool>,
    /// The signal that came while something was written; 0 for none.
    came: Arc<AtomicUsize>,
}

/// Signals are deferred as long as this exists.
#[derive(Debug)]
pub(crate) struct SignalGuard(&'static Signals);

/// Defers signals from now on.
pub(crate) fn defer_signals() -> Result<SignalGuard> {
    static SIGNALS: OnceLock<Signals> = OnceLock::new();
    let signals = match SIGNALS.get() {
        Some(signals) => signals,
        None => {
            let signals = Signals::listen().context("can't listen to signals")?;
            SIGNALS.get_or_init(|| signals)
        }
    };
    signals.came.store(0, Ordering::SeqCst);
    signals.ends_at_once.store(false, Ordering::SeqCst);
    Ok(SignalGuard(signals))
}

impl SignalGuard {
    /// Fails once a signal has come.
    pub(crate) fn check(&self) -> Result<()> {
        match self.0.came.load(Ordering::SeqCst) {
            0 => Ok(()),
            signal => Err(Stop::Interrupted(i32::try_from(signal).unwrap_or(SIGTERM)).into()),
        }
    }
}

impl Drop for SignalGuard {
    fn drop(&mut self) {
        self.0.ends_at_once.store(true, Ordering::SeqCst);
    }
}

impl Signals {
    fn listen() -> io::Result<Self> {
        let signals = Self {
            ends_at_once: Arc::new(AtomicBool::new(true)),
            came: Arc::default(),
        };
        for signal in [SIGINT, SIGTERM] {
            let number = usize::try_from(signal).expect("signals are numbered from one");
            // In this order: the first signal makes the second one end the program.
            flag::register_conditional_default(signal, Arc::clone(&signals.ends_at_once))?;
            flag::register(signal, Arc::clone(&signals.ends_at_once))?;
            flag::register_usize(signal, Arc::clone(&signals.came), number)?;
        }
        Ok(signals)
    }
}

/// Ends the program as the signal itself would, so that a shell's loop around it ends, too.
pub(crate) fn end_by(signal: i32) {
    // If that fails, the exit code says the same.
    let _ = low_level::emulate_default_handler(signal);
}
