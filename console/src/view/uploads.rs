//! Files that the agent sends: chosen, pasted or dropped, and how far each is.

use leptos::html::Input;
use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{ClipboardEvent, DragEvent, File, FileList};

use super::icon::{Icon, Sign};
use super::{Act, Ui};
use crate::model::{Upload, UploadFault, UploadStand};

/// The files of a list that a browser hands over.
fn files_of(list: Option<FileList>) -> Vec<File> {
    let Some(list) = list else { return Vec::new() };
    (0..list.length()).filter_map(|at| list.get(at)).collect()
}

/// Opens the browser's choice of files.
#[component]
pub(super) fn AttachButton(
    /// Signals and callbacks.
    ui: Ui,
    /// The conversation.
    id: StoredValue<String>,
    /// Whether anything can be sent.
    can_send: Memo<bool>,
) -> impl IntoView {
    let input = NodeRef::<Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        attach(ui, id, files_of(input.files()));
        // The same file may be chosen again.
        input.set_value("");
    };
    let open = move |_| {
        if let Some(input) = input.get_untracked() {
            input.click();
        }
    };
    view! {
        <input
            node_ref=input
            type="file"
            multiple
            hidden
            data-testid="file-input"
            on:change=chosen
        />
        <button
            type="button"
            class="icon-button is-small"
            data-testid="attach"
            aria-label=ui.texts.attach
            title=ui.texts.attach
            disabled=move || !can_send.get()
            on:click=open
        >
            <Icon sign=Sign::Clip />
        </button>
    }
}

/// Hands files up.
fn attach(ui: Ui, id: StoredValue<String>, files: Vec<File>) {
    if !files.is_empty() {
        ui.act.run(Act::Attach { conversation: id.get_value(), files });
    }
}

/// Takes files out of what is pasted; a text goes where it was going.
pub(super) fn paste(ui: Ui, id: StoredValue<String>, event: &ClipboardEvent) {
    let files = files_of(event.clipboard_data().and_then(|it| it.files()));
    if !files.is_empty() {
        event.prevent_default();
        attach(ui, id, files);
    }
}

/// Takes what is dropped anywhere on the window, as long as one can write; answers whether files are
/// being dragged over it. Missing the field by a hair must not make the browser leave the console.
pub(super) fn drop_target(ui: Ui, id: StoredValue<String>, can_send: Memo<bool>) -> RwSignal<bool> {
    let is_over = RwSignal::new(false);
    let over = window_event_listener_untyped("dragover", move |event| {
        let event: DragEvent = event.unchecked_into();
        if has_files(&event) {
            event.prevent_default();
            is_over.set(can_send.get_untracked());
        }
    });
    let left = window_event_listener_untyped("dragleave", move |event| {
        let event: DragEvent = event.unchecked_into();
        // From one element to the next there is a neighbour; out of the window there is none.
        if event.related_target().is_none() {
            is_over.set(false);
        }
    });
    let dropped = window_event_listener_untyped("drop", move |event| {
        let event: DragEvent = event.unchecked_into();
        is_over.set(false);
        if has_files(&event) {
            event.prevent_default();
            if can_send.get_untracked() {
                attach(ui, id, files_of(event.data_transfer().and_then(|it| it.files())));
            }
        }
    });
    on_cleanup(move || [over, left, dropped].into_iter().for_each(WindowListenerHandle::remove));
    is_over
}

fn has_files(event: &DragEvent) -> bool {
    let Some(carried) = event.data_transfer() else { return false };
    carried.types().includes(&"Files".into(), 0)
}

/// What is on its way to a conversation.
#[component]
pub(super) fn UploadList(
    /// Signals and callbacks.
    ui: Ui,
    /// The conversation.
    id: StoredValue<String>,
) -> impl IntoView {
    let keys = Memo::new(move |_| ui.uploads.with(|it| id.with_value(|id| it.of(id))));
    move || {
        let rows: Vec<_> = keys.get().into_iter().map(|key| upload_row(ui, key)).collect();
        (!rows.is_empty()).then(|| {
            view! {
                <ul class="uploads" aria-label=ui.texts.files>
                    {rows}
                </ul>
            }
        })
    }
}

/// One of them: how far it is, or why it did not arrive.
fn upload_row(ui: Ui, key: u64) -> AnyView {
    let uploads = ui.uploads;
    let Some(Upload { name, bytes, .. }) = uploads.with_untracked(|it| it.get(key).cloned()) else {
        return ().into_any();
    };
    let fault = Memo::new(move |_| uploads.with(|it| fault(ui, it.get(key)?)));
    let sent = move || {
        uploads.with(|it| match it.get(key).map(|it| &it.stand) {
            Some(UploadStand::Sending(sent)) => sent.to_string(),
            _ => String::new(),
        })
    };
    let sending = (ui.texts.sending_file)(&name);
    let cancel = (ui.texts.cancel_file)(&name);
    let content = move || match fault.get() {
        Some(sentence) => view! {
            <span class="upload-fault" role="alert">{sentence}</span>
            <button
                type="button"
                class="link-button"
                data-testid="upload-again"
                on:click=move |_| ui.act.run(Act::SendAgain(key))
            >
                <Icon sign=Sign::Again />
                {ui.texts.retry}
            </button>
        }
        .into_any(),
        None => view! {
            <progress max=bytes.to_string() prop:value=sent aria-label=sending.clone()></progress>
        }
        .into_any(),
    };
    view! {
        <li class="upload" class:is-failed=move || fault.get().is_some() data-testid="upload">
            <span class="upload-name" dir="auto">{name}</span>
            {content}
            <button
                type="button"
                class="icon-button is-small"
                data-testid="upload-cancel"
                aria-label=cancel.clone()
                title=cancel
                on:click=move |_| ui.act.run(Act::DoNotSend(key))
            >
                <Icon sign=Sign::Close />
            </button>
        </li>
    }
    .into_any()
}

/// Why it did not arrive, as a sentence.
fn fault(ui: Ui, upload: &Upload) -> Option<String> {
    let UploadStand::Failed(fault) = &upload.stand else { return None };
    Some(match fault {
        UploadFault::Unreachable => ui.texts.file_unreachable.to_owned(),
        UploadFault::SignedOut => ui.texts.signed_out.to_owned(),
        UploadFault::TooMany => ui.texts.file_too_many.to_owned(),
        UploadFault::NotOpen => ui.texts.file_not_open.to_owned(),
        UploadFault::Refused(said) => {
            said.clone().unwrap_or_else(|| ui.texts.file_refused.to_owned())
        }
    })
}
