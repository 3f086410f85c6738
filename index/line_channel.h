#pragma once
/*
 * JSON lines over a Unix socket, without blocking: what servers and clients of curlew's protocols share.
 * Lines in are parsed and handed over one by one; lines out queue up, and a peer that leaves more than the
 * backlog unread is dropped. One object, on the thread and main context that made it.
 */
#include <gio/gio.h>

#include "index/json.h"

typedef struct LineChannel LineChannel;

typedef struct LineChannelEvents {
	void (*on_object)(LineChannel *channel, JsonObject *object, void *data); /* borrowed */
	/* Once, at the end: the peer left, broke the protocol or was dropped. The channel may be freed in it. */
	void (*on_closed)(LineChannel *channel, const char *why, void *data);
} LineChannelEvents;

/* Takes a reference to CONNECTION. EVENTS is borrowed and must outlive the channel. */
LineChannel *line_channel_new(
	GSocketConnection *connection, size_t backlog, const LineChannelEvents *events, void *data);
void line_channel_free(LineChannel *channel); /* closes without calling on_closed */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineChannel, line_channel_free)

/* Queues one object as a line; takes nothing over. Never calls on_closed itself. */
void line_channel_send(LineChannel *channel, JsonObject *object);

/* Ends the connection once all that is queued was written. */
void line_channel_finish(LineChannel *channel);
