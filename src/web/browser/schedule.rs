//! When something is done: in a task of its own, or once a burst of changes is over.

use std::cell::Cell;
use std::rc::Rc;

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use gloo::timers::future::TimeoutFuture;
use js_sys::{Function, Promise};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::Window;

/// Lets the browser do what waits.
pub(crate) async fn next_task() {
    TimeoutFuture::new(0).await;
}

/// Milliseconds after which what waits for a frame comes anyway: a page out of sight has none.
const FRAME_TIMEOUT: i32 = 100;

/// Does `act` once the browser has shown what was drawn. What waits is compiled once.
pub(crate) fn after_next_frame(act: Box<dyn FnOnce()>) {
    spawn_local(async {
        called_back(FRAME_TIMEOUT, |window, resolve| {
            let _ = window.request_animation_frame(resolve);
        })
        .await;
        act();
    });
}

/// Milliseconds after which what waits for an idle browser comes anyway.
const NOT_LONGER: i32 = 200;

/// Waits until the browser has nothing else to do, so that what comes then keeps nobody waiting; a browser that draws nothing
/// may never say that it is idle, and not every one can.
pub(crate) async fn idle() {
    called_back(NOT_LONGER, |window, resolve| {
        let _ = window.request_idle_callback(resolve);
    })
    .await;
}

/// Waits until the browser calls back as `ask` asks it to, at most `timeout` milliseconds, and for the task after that.
async fn called_back(timeout: i32, ask: fn(&Window, &Function)) {
    let called = Promise::new(&mut |resolve, _| {
        let window = gloo::utils::window();
        ask(&window, &resolve);
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, timeout);
    });
    let _ = JsFuture::from(called).await;
    next_task().await;
}

/// Milliseconds: some frames.
const DELAY: u32 = 50;

/// What is to be done, if something is.
type PendingCall = Cell<Option<Box<dyn FnOnce()>>>;

/// Does the last of what it is asked for, once what is being done is painted and at the latest when the page is left.
pub(crate) struct Debouncer {
    delay: u32,
    asked: Rc<PendingCall>,
    waiting: Cell<Option<Timeout>>,
    _on_leave: EventListener,
}

impl Debouncer {
    pub(crate) fn new() -> Self {
        Self::after(DELAY)
    }

    /// The same `delay` milliseconds after the last was asked for.
    pub(crate) fn after(delay: u32) -> Self {
        let asked: Rc<PendingCall> = Rc::default();
        let on_leave = {
            let asked = Rc::clone(&asked);
            EventListener::new(&gloo::utils::window(), "pagehide", move |_| act(&asked))
        };
        Self {
            delay,
            asked,
            waiting: Cell::default(),
            _on_leave: on_leave,
        }
    }

    /// Forgets what was asked for and isn't done.
    pub(crate) fn call_off(&self) {
        self.asked.take();
        self.waiting.take();
    }

    /// Asks for `act` in place of what was asked for before and isn't done.
    pub(crate) fn run(&self, act: impl FnOnce() + 'static) {
        self.asked.set(Some(Box::new(act)));
        self.wait();
    }

    /// Does what is asked for after the delay, whatever it is: the timer is compiled once.
    fn wait(&self) {
        let asked = Rc::clone(&self.asked);
        // The one that waits is dropped, and with that called off.
        self.waiting
            .set(Some(Timeout::new(self.delay, move || act(&asked))));
    }
}

fn act(asked: &PendingCall) {
    if let Some(act) = asked.take() {
        act();
    }
}
