//! A choice: an enum whose variants are the names that an option takes.

/// Defines an enum of which each variant has a name in a spec and a meaning, for who chooses. So the option's row, what
/// reads a spec and what states a value have the names from one place, and a `match` on the settled value names all of
/// them:
///
/// ```text
/// choice! {
///     /// How private subnets reach the internet.
///     pub enum Nat {
///         /// One gateway for all zones.
///         Single = "single", "one gateway for all zones: cheaper, but lost with its zone";
///         /// A gateway in each zone.
///         PerZone = "per-az", "a gateway in each zone: losing a zone affects no other";
///     }
/// }
///
/// Kind::Choice(Nat::CHOICES)                          // in the option's row
/// Nat::parse(&values.text("network.nat")?)?           // where it is settled
/// ```
macro_rules! choice {
    (
        $(#[$about:meta])*
        pub enum $choice:ident {
            $(
                $(#[$about_variant:meta])*
                $variant:ident = $name:literal, $meaning:literal;
            )+
        }
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $choice {
            $(
                $(#[$about_variant])*
                $variant,
            )+
        }

        impl $choice {
            /// The name and the meaning of each, in the order of the form.
            pub const CHOICES: &'static [(&'static str, &'static str)] = &[$(($name, $meaning)),+];

            /// All of them, in the order of the form.
            pub const ALL: [Self; Self::CHOICES.len()] = [$(Self::$variant),+];

            /// Its name in a spec.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// The one that a spec calls `name`.
            #[must_use]
            pub fn parse(name: &str) -> Option<Self> {
                Self::ALL.into_iter().find(|choice| choice.name() == name)
            }
        }

        impl From<$choice> for $crate::value::Value {
            fn from(choice: $choice) -> Self {
                Self::from(choice.name())
            }
        }
    };
}

pub(crate) use choice;
