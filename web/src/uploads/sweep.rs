use super::{MAKING, Stands, UploadError, Uploads, names_in};
use archive::{Arrivals, Timestamp};
use tokio::fs;

impl Uploads {
    /// Removes folders that a killed program left half made. Only before anything is uploaded.
    pub(crate) async fn sweep_half_made(&self) -> Result<(), UploadError> {
        for name in names_in(&self.folder).await? {
            if name.starts_with(MAKING) {
                let folder = self.folder.join(name);
                fs::remove_dir_all(&folder).await.map_err(UploadError::disk("remove", &folder))?;
            }
        }
        Ok(())
    }

    /// Removes uploads whose time is over, and notes those that are whole and that a killed program
    /// did not note. Returns how many were removed.
    pub(crate) async fn sweep(
        &self,
        arrivals: &Arrivals,
        now: Timestamp,
    ) -> Result<usize, UploadError> {
        let mut removed = 0;
        for upload in self.all().await? {
            let is_whole = match upload.stands {
                Stands::Under { offset } => offset == upload.about.length,
                Stands::Whole => true,
                Stands::Taken => false,
            };
            if is_whole {
                self.finish(&upload, arrivals).await?;
            } else if upload.about.expires_at_ms <= now
                // Whoever is at it has its turn; the next sweep comes.
                && let Some(_turn) = self.turns.take_if_free(&upload.id)
            {
                self.remove(&upload.id).await?;
                removed += 1;
            }
        }
        Ok(removed)
    }
}
