//! The worker in which the light client decides.

use gloo_worker::Registrable as _;
use web_app::VerifyTask;

fn main() {
    console_error_panic_hook::set_once();
    VerifyTask::registrar().register();
}
