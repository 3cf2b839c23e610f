//! How the Temporal server is configured in its containers: by files of the tree, or by what its image brings.

use super::part::{DocumentTexts, Part, PartTexts, RootTexts, To, Values};
use super::subject::Subject;
use crate::choice::choice;
use crate::compose::markdown::Markdown;
use crate::environment::{Environment, PartValues};
use crate::feature::Feature;
use crate::hcl::Body;
use crate::option::{Kind, OptionRow, same_text, spec_row};

choice! {
    /// Whose start script and configuration the server's containers have.
    pub enum ConfigSource {
        /// Those of the tree.
        Composed = "composed", "the start script and configuration of this download; the image needs `/bin/sh` and `temporal-server`";
        /// Those of the image.
        Own = "own", "the start script and configuration of your image";
    }
}

pub(super) const KEY: &str = "images.config";

/// Every environment has one.
const FEATURE: Feature = Feature::always("");

/// Its option, which stands among the images.
pub(crate) const OPTION: OptionRow = spec_row(
    KEY,
    "Server configuration",
    "Where the start script and the configuration of the Temporal server come from.",
    Kind::Choice(ConfigSource::CHOICES),
    same_text(ConfigSource::Composed.name()),
)
.because("a change then needs an apply, but no new image");

/// The configuration in the check.
pub static PART: Part = Part {
    settle,
    ..Part::new("server_config", Subject::Services, FEATURE)
};

/// The configuration in the files.
pub static TEXTS: PartTexts = PartTexts {
    root: RootTexts {
        arguments: &[(To::TemporalService, arguments)],
        ..RootTexts::NONE
    },
    documents: DocumentTexts {
        readme,
        ..DocumentTexts::NONE
    },
    ..PartTexts::new(&PART)
};

fn settle(values: &dyn Values, parts: &mut PartValues) -> Option<()> {
    parts.put(ConfigSource::parse(&values.text(KEY)?)?);
    Some(())
}

/// Whose configuration the server has in `environment`.
pub(crate) fn source(environment: &Environment) -> ConfigSource {
    *environment.part().expect("every environment settles it")
}

fn arguments(environment: &Environment, block: &mut Body) {
    let at = environment.address();
    match source(environment) {
        ConfigSource::Composed => {}
        ConfigSource::Own => {
            block
                .origin(&at.join(KEY))
                .blank()
                .code("own_config", "true")
                .origin(&at.join("profile"))
                .text("deploy_environment", environment.profile.name());
        }
    }
}

fn readme(environment: &Environment, page: &mut Markdown) {
    page.origin(&environment.address().join(KEY))
        .heading("Configuration of the server");
    match source(environment) {
        ConfigSource::Composed => page.paragraph(
            "The module `terraform/modules/temporal-service` has the start script and the configuration of the Temporal server. \
             The image needs only `/bin/sh` and `temporal-server` with the DSQL plugin. A change in its files takes effect \
             with the next apply, which replaces the tasks of the services. If the deployment fails, ECS rolls back to tasks \
             with the previous configuration. To see the configuration of a running task, open a shell in its container and \
             read `/run/temporal-config/server.yaml`.",
        ),
        ConfigSource::Own => page.paragraph(&format!(
            "The image of the Temporal server has its own start script and configuration. \
             `terraform/modules/temporal-service/environment.tf` sets its environment variables; `DEPLOY_ENVIRONMENT` selects \
             the image's dynamic configuration for `{}`. To change the configuration, build a new image.",
            environment.profile.name()
        )),
    };
    page.origin(&environment.address());
}
