//! SIGINT and SIGTERM while something is written: kept until what is half-written is away again.
//!
//! SIGHUP and SIGQUIT end the program at once as before: the first may be ignored on purpose, by `nohup`, and the second
//! is for who wants just that. What they leave behind, the next run takes away.

use std::io;
use std::sync::Arc;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use anyhow::{Context as _, Result};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};

use crate::outcome::Stop;

/// Whether a signal ends the program, and which one came.
#[derive(Debug)]
struct Signals {
    /// True outside of writing, and from the first signal on: a second one always ends the program.
    ends_at_once: Arc<AtomicBool>,
    /// The signal that came while something was written; 0 for none.
    came: Arc<AtomicUsize>,
}

/// From its making to its end a signal is kept.
#[derive(Debug)]
pub(crate) struct Hold(&'static Signals);

/// Keeps signals from now on.
pub(crate) fn hold() -> Result<Hold> {
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
    Ok(Hold(signals))
}

impl Hold {
    /// Fails once a signal has come.
    pub(crate) fn check(&self) -> Result<()> {
        match self.0.came.load(Ordering::SeqCst) {
            0 => Ok(()),
            signal => Err(Stop::Interrupted(i32::try_from(signal).unwrap_or(SIGTERM)).into()),
        }
    }
}

impl Drop for Hold {
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

/// Ends the program by the signal that came, so that a shell's loop around it ends, too.
pub(crate) fn die_of(signal: i32) {
    // Where it can't, the exit code says the same.
    let _ = low_level::emulate_default_handler(signal);
}
