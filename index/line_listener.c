#include "index/line_listener.h"

#include <gio/gunixsocketaddress.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

struct LineListener {
	GSocketService *service;
	char *path;
	LineListenerOnPeer on_peer;
	void *data;
};

static bool
is_our_user(GSocketConnection *connection)
{
	g_autoptr(GCredentials) credentials =
		g_socket_get_credentials(g_socket_connection_get_socket(connection), NULL);
	return credentials && g_credentials_get_unix_user(credentials, NULL) == getuid();
}

static gboolean
on_incoming(GSocketService *service, GSocketConnection *connection, GObject *source, void *data)
{
	LineListener *listener = data;
	if (is_our_user(connection))
		listener->on_peer(connection, listener->data);
	return TRUE;
}

LineListener *
line_listener_open(const char *path, LineListenerOnPeer on_peer, void *data, GError **error)
{
	unlink(path);
	g_autoptr(GSocketService) service = g_socket_service_new();
	g_socket_service_stop(service);
	g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
	if (!g_socket_listener_add_address(G_SOCKET_LISTENER(service), address,
		    G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL, NULL, error))
		return NULL;
	chmod(path, 0600); /* the umask of the process made it so already */
	LineListener *listener = g_new0(LineListener, 1);
	listener->service = g_steal_pointer(&service);
	listener->path = g_strdup(path);
	listener->on_peer = on_peer;
	listener->data = data;
	g_signal_connect(listener->service, "incoming", G_CALLBACK(on_incoming), listener);
	return listener;
}

void
line_listener_start(LineListener *listener)
{
	g_socket_service_start(listener->service);
}

void
line_listener_close(LineListener *listener)
{
	if (!listener)
		return;
	unlink(listener->path);
	g_socket_service_stop(listener->service);
	g_socket_listener_close(G_SOCKET_LISTENER(listener->service));
	g_object_unref(listener->service);
	g_free(listener->path);
	g_free(listener);
}
