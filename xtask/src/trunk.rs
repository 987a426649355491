//! stub
pub(crate) fn serve(_: bool, _: &[String]) -> anyhow::Result<()> {
    Ok(())
}
