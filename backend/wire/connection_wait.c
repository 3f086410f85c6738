#include <poll.h>

#include "backend/wire/connection_private.h"

short
connection_wait(
	Connection *connection, int fd, short events, int64_t *left, int seconds, GError **error)
{
	while (true) {
		struct pollfd both[] = { { .fd = fd, .events = events },
			{ .fd = connection->cancel_fd, .events = POLLIN } };
		int64_t begin = g_get_monotonic_time();
		int count = poll(both, G_N_ELEMENTS(both), (int)((MAX(*left, 0) + 999) / 1000));
		*left -= g_get_monotonic_time() - begin;
		if (g_cancellable_is_cancelled(connection->cancel)) {
			g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_CANCELLED, "%s: cancelled",
				connection->host);
			return 0;
		}
		if (count > 0 && both[0].revents)
			return both[0].revents;
		if (*left > 0)
			continue;
		g_set_error(error, ACCOUNT_ERROR, ACCOUNT_ERROR_OFFLINE,
			"%s: the server did not answer for %d s", connection->host, seconds);
		return 0;
	}
}
