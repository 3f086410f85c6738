#pragma once
/*
 * What one mail file says: asked of a warm mime helper (curlew-mime: no network, 512 MB, 10 s), which
 * is the only process that parses whole messages. The helper is started on the first question and
 * again after a death, which costs one message. One object, one thread (a worker, never the UI's: calls block).
 *
 * Protocol on the helper's stdin and stdout, JSON lines and bytes behind them:
 *   {"id":1,"do":"show","file":ABSOLUTE,"width":80}
 *     → lines {"id":1,"more":LIST,"items":[…]} with the elements of a list of the message that is too long
 *       for one line; then {"id":1,"ok":true,"message":{…},"text_bytes":N,"reflowed_bytes":M,"more_bytes":O}
 *       and, after the newline, the bytes of "text", "text_reflowed", "text_more" (no member: no such text)
 *   {"id":2,"do":"part","file":ABSOLUTE,"part":"2.1"} → {"id":2,"ok":true,"type":…,"charset":…,"bytes":N} and,
 *     after the newline, N raw bytes (transfer encoding undone, charset not)
 *   {"id":3,"do":"text","file":ABSOLUTE,"part":"2.1","width":80} → {"id":3,"ok":true,"text_cut":…,"text_bytes":N}
 *     and, after the newline, N bytes of UTF-8: the part's text, decoded, HTML laid out
 *   {"id":4,"ok":false,"error":"a sentence"}
 * A helper may leave between two questions, with exit status 0.
 *
 * The message: what of `curlew show --json` the file alone can tell, valid UTF-8, NOT clean (NUL is U+2400):
 *   "id","subject","from":[{"name","addr"}],"to","cc","date" (Unix seconds or null),"date_utc","partial",
 *   "attachments":[{"part","name","type","bytes","sha256"}] (bytes and sha256 null: an attached
 *   message; sha256 null: more than 128 MiB to digest),
 *   "text" (null: none), "text_from": "plain", "html", another text/ type, "message" (the text of an
 *   attached message, where there is no other), "raw" (the body as it lies in the file) or null; "charset_guess": the charset that was used instead of a missing or
 *   wrong one, or null; "text_cut": the text was longer than 8 MiB (HTML: 2 MiB);
 *   "text_reflowed": of a format=flowed text, for reading: a paragraph a line; else null;
 *   "text_more": further texts to be read that are neither attachments nor alternatives; or null;
 *   "headers":[{"name","value"}] all, decoded, in order; "notes":[sentences: "2 From fields", "nested too deep"…];
 *   "parts":[{"part","type","name","bytes","depth","note"}] containers and insides of attached messages too;
 *   a multipart that is the whole message has part "0". "note" (may be missing): "nested too deep".
 */
#include <gio/gio.h>

#include "index/json.h"

typedef struct MessageReader MessageReader;

/* PROGRAM: path of curlew-mime. Starts nothing yet. The caller owns it. */
MessageReader *message_reader_new(const char *program);
void message_reader_free(MessageReader *reader); /* ends the helper */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageReader, message_reader_free)

/* Seconds a question may take (10 if this is not called). */
void message_reader_set_patience(MessageReader *reader, int seconds);

/*
 * The message of a file, as the "message" object above; WIDTH: columns HTML is laid out for.
 * INDEX_ERROR_HELPER if the helper died or took 10 s: "cannot be shown". The caller owns the result.
 */
JsonObject *message_reader_show(
	MessageReader *reader, const char *file, int width, GCancellable *cancel, GError **error);

/* The decoded bytes of one part. The caller owns the result. */
GBytes *message_reader_part(MessageReader *reader, const char *file, const char *part,
	GCancellable *cancel, GError **error);

/*
 * The text of one part (any text/ type; an attached message as it is written): valid UTF-8, not clean.
 * INDEX_ERROR_NOT_FOUND if it is no text. The caller owns the result.
 */
char *message_reader_text(MessageReader *reader, const char *file, const char *part, int width,
	GCancellable *cancel, GError **error);
