//! How Terraform and a provider find each other: one line on stdout names a
//! socket and a certificate, and from there on they speak gRPC.

use std::io::Write as _;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use tempfile::NamedTempFile;
use tokio::net::UnixListener;
use tokio::sync::Notify;
use tokio_stream::wrappers::UnixListenerStream;
use tonic::transport::{Identity, Server, ServerTlsConfig};
use tonic::{Request, Response, Status};

use crate::protocol::plugin::Empty;
use crate::protocol::plugin::grpc_controller_server::{GrpcController, GrpcControllerServer};
use crate::protocol::tfplugin5::provider_server::ProviderServer;
use crate::service::Service;

/// Terraform sets it when it starts a plugin; a person at a shell doesn't.
const MAGIC_COOKIE: (&str, &str) = (
    "TF_PLUGIN_MAGIC_COOKIE",
    "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
);

/// Answers one Terraform command, until it says it's done.
///
/// # Errors
/// When it wasn't Terraform that started this process, or the socket fails.
pub fn serve() -> anyhow::Result<()> {
    let (variable, cookie) = MAGIC_COOKIE;
    if std::env::var(variable).as_deref() != Ok(cookie) {
        bail!("this is a Terraform provider: Terraform starts it, a person doesn't");
    }
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_io()
        .build()?
        .block_on(serve_socket())
}

async fn serve_socket() -> anyhow::Result<()> {
    let (listener, socket) = listen()?.into_parts();
    let certificate = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
    let identity = Identity::from_pem(
        certificate.cert.pem(),
        certificate.signing_key.serialize_pem(),
    );
    let wants_tls = std::env::var_os("PLUGIN_CLIENT_CERT").is_some();
    let line = format!(
        "1|5|unix|{}|grpc|{}\n",
        socket.display(),
        if wants_tls {
            STANDARD_NO_PAD.encode(certificate.cert.der())
        } else {
            String::new()
        }
    );
    let mut server = Server::builder();
    if wants_tls {
        server = server.tls_config(ServerTlsConfig::new().identity(identity))?;
    }
    let done = Arc::new(Notify::new());
    let provider = ProviderServer::new(Service::new()?)
        .max_decoding_message_size(usize::MAX)
        .max_encoding_message_size(usize::MAX);
    let router = server
        .add_service(provider)
        .add_service(GrpcControllerServer::new(Controller(done.clone())));
    std::io::stdout().lock().write_all(line.as_bytes())?;
    std::io::stdout().lock().flush()?;
    let served = router
        .serve_with_incoming_shutdown(UnixListenerStream::new(listener), async move {
            done.notified().await;
        })
        .await;
    served.context("the connection to Terraform failed")
}

/// Listens on a socket with a name that no other has. The process id would not do: a provider that is killed leaves its
/// file behind, and the system gives its id to another. The name is short, since a socket's path may have about a
/// hundred bytes. The file goes when the result is dropped.
fn listen() -> anyhow::Result<NamedTempFile<UnixListener>> {
    tempfile::Builder::new()
        .prefix("stand-in-")
        .suffix(".sock")
        .make(|path| UnixListener::bind(path))
        .context("cannot listen on a socket in the folder of temporary files")
}

/// Ends the process when Terraform asks for it.
struct Controller(Arc<Notify>);

#[tonic::async_trait]
impl GrpcController for Controller {
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.notify_one();
        Ok(Response::new(Empty {}))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_a_killed_provider_left_is_in_nobodys_way() {
        // Its file stays, as a killed process leaves it.
        let (_, left) = listen().unwrap().keep().unwrap();
        let next = listen().unwrap();
        assert_ne!(next.path(), left);
        std::fs::remove_file(left).unwrap();
    }

    #[tokio::test]
    async fn a_socket_goes_with_its_listener() {
        let socket = listen().unwrap();
        let path = socket.path().to_owned();
        assert!(path.exists());
        drop(socket);
        assert!(!path.exists());
    }
}
