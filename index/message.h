#pragma once
/*
 * What one mail file says: asked of a warm mime helper (curlew-mime: no network, 512 MB, 10 s), which
 * is the only process that parses whole messages. The helper is started on the first question and
 * again after a death, which costs one message. One object, one thread (a worker, never the UI's: calls block).
 *
 * Protocol on the helper's stdin and stdout, JSON lines:
 *   {"id":1,"do":"show","file":ABSOLUTE,"width":80}
 *     → {"id":1,"ok":true,"message":{…the members of `curlew show --json` that the file alone can tell:
 *        "id","subject","from":[{"name","addr"}],"to","cc","date","date_utc","attachments":[{"part","name",
 *        "type","bytes","sha256"}],"text","text_from","partial", and for the reader
 *        "headers":[{"name","value"}] (all, decoded, in order), "parts":[{"part","type","name","bytes","depth"}]}}
 *   {"id":2,"do":"part","file":ABSOLUTE,"part":"2.1"} → {"id":2,"ok":true,"type":…,"bytes":N} and, after the
 *     newline, N raw bytes (transfer encoding undone, charset not)
 *   {"id":3,"ok":false,"error":"a sentence"}
 */
#include <gio/gio.h>

#include "index/json.h"

typedef struct MessageReader MessageReader;

/* PROGRAM: path of curlew-mime. Starts nothing yet. The caller owns it. */
MessageReader *message_reader_new(const char *program);
void message_reader_free(MessageReader *reader); /* ends the helper */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(MessageReader, message_reader_free)

/*
 * The message of a file, as the "message" object above; WIDTH: columns HTML is laid out for.
 * INDEX_ERROR_HELPER if the helper died or took 10 s: "cannot be shown". The caller owns the result.
 */
JsonObject *message_reader_show(
	MessageReader *reader, const char *file, int width, GCancellable *cancel, GError **error);

/* The decoded bytes of one part. The caller owns the result. */
GBytes *message_reader_part(MessageReader *reader, const char *file, const char *part,
	GCancellable *cancel, GError **error);
