// A form that was only opened to be sent is sent.
document.querySelector("form[data-send-at-once]")?.requestSubmit();
