//! Starts the page.

fn main() {
    composer_web::start();
}
