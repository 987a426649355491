//! Where the console's first agent gets an account.

use desk::{AccountRefusal, Accounts};
use platform::{AccountError, Platform};
use shared::SipUri;
use store::BoxFuture;

/// Accounts of the embedded platform.
pub(super) struct PlatformAccounts(pub(super) Platform);

impl Accounts for PlatformAccounts {
    fn create(
        &self,
        uri: &SipUri,
        display_name: &str,
        password: &str,
    ) -> BoxFuture<'_, Result<(), AccountRefusal>> {
        let (uri, name) = (uri.clone(), display_name.to_owned());
        let password = password.to_owned();
        Box::pin(async move {
            let made = self.0.create_user(&uri, &name, &password).await;
            made.map_err(|error| match error {
                AccountError::Taken(_) => AccountRefusal::Exists,
                AccountError::Unfit(text) => AccountRefusal::NotAcceptable(text),
                AccountError::Store(error) => AccountRefusal::Unavailable(error.to_string()),
            })
        })
    }
}

/// Accounts of somebody else's platform: they are made there.
pub(super) struct AccountsElsewhere;

impl Accounts for AccountsElsewhere {
    fn create(&self, _: &SipUri, _: &str, _: &str) -> BoxFuture<'_, Result<(), AccountRefusal>> {
        let text = "Accounts are made at the platform this desk works over. Make it there, and name \
                    the agent in the configuration as [agent.\"name@domain\"].";
        Box::pin(async move { Err(AccountRefusal::NotAcceptable(text.to_owned())) })
    }
}
