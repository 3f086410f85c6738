#pragma once
/*
 * Listens on a Unix socket for the peers of curlew's protocols: 0600, and only processes of the same user are
 * handed over (SO_PEERCRED). One object, on the thread and main context that made it.
 */
#include <gio/gio.h>

typedef struct LineListener LineListener;

/* CONNECTION is borrowed: line_channel_new takes a reference. */
typedef void (*LineListenerOnPeer)(GSocketConnection *connection, void *data);

/* Listens on PATH, unlinked first: who calls holds the lock. Peers wait until the start. The caller owns it. */
LineListener *line_listener_open(
	const char *path, LineListenerOnPeer on_peer, void *data, GError **error);
void line_listener_start(LineListener *listener);
void line_listener_close(LineListener *listener); /* unlinks the socket */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(LineListener, line_listener_close)
