#include <cmocka.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "index/line_channel.h"

enum { BACKLOG = 64 * 1024 };

typedef struct Peer {
	LineChannel *channel;
	int other; /* the far end, a plain socket */
	GString *heard;
	char *closed;
	bool free_on_object;
} Peer;

static void
on_object(LineChannel *channel, JsonObject *object, void *data)
{
	Peer *peer = data;
	g_string_append_printf(peer->heard, "%d;", (int)json_number(object, "n", -1));
	if (peer->free_on_object)
		g_clear_pointer(&peer->channel, line_channel_free);
}

static void
on_closed(LineChannel *channel, const char *why, void *data)
{
	Peer *peer = data;
	peer->closed = g_strdup(why);
}

static const LineChannelEvents events = { on_object, on_closed };

static int
set_up(void **state)
{
	Peer *peer = g_new0(Peer, 1);
	int pair[2];
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	peer->other = pair[1];
	peer->heard = g_string_new(NULL);
	g_autoptr(GSocket) socket = g_socket_new_from_fd(pair[0], NULL);
	g_autoptr(GSocketConnection) connection =
		g_socket_connection_factory_create_connection(socket);
	peer->channel = line_channel_new(connection, BACKLOG, &events, peer);
	*state = peer;
	return 0;
}

static int
tear_down(void **state)
{
	Peer *peer = *state;
	line_channel_free(peer->channel);
	while (g_main_context_iteration(NULL, FALSE))
		;
	close(peer->other);
	g_string_free(peer->heard, TRUE);
	g_free(peer->closed);
	g_free(peer);
	return 0;
}

static void
say(Peer *peer, const char *text)
{
	assert_int_equal(write(peer->other, text, strlen(text)), strlen(text));
}

static void
lines_in_pieces_are_heard_whole_and_in_order(void **state)
{
	Peer *peer = *state;
	say(peer, "{\"n\":1}\n{\"n\"");
	while (peer->heard->len == 0)
		g_main_context_iteration(NULL, TRUE);
	say(peer, ":2}\n{\"n\":3}\n");
	while (!strchr(peer->heard->str, '3'))
		g_main_context_iteration(NULL, TRUE);
	assert_string_equal(peer->heard->str, "1;2;3;");
}

static void
what_is_no_object_ends_the_channel(void **state)
{
	Peer *peer = *state;
	say(peer, "{\"n\":1}\nhello\n{\"n\":2}\n");
	while (!peer->closed)
		g_main_context_iteration(NULL, TRUE);
	assert_string_equal(peer->heard->str, "1;");
}

static void
an_end_is_told_once(void **state)
{
	Peer *peer = *state;
	shutdown(peer->other, SHUT_RDWR);
	while (!peer->closed)
		g_main_context_iteration(NULL, TRUE);
	assert_non_null(strstr(peer->closed, "closed"));
}

static void
a_peer_that_does_not_read_is_dropped(void **state)
{
	Peer *peer = *state;
	g_autoptr(JsonObject) object = json_object_new();
	g_autofree char *text = g_strnfill(1000, 'x');
	json_set_text(object, "text", text);
	/* the one who sends may go on with what on_closed frees */
	for (int i = 0; i < 2000; i++)
		line_channel_send(peer->channel, object);
	assert_null(peer->closed);
	while (!peer->closed)
		g_main_context_iteration(NULL, TRUE);
	assert_non_null(peer->closed);
	assert_non_null(strstr(peer->closed, "unread"));
}

static void
a_channel_may_be_freed_by_who_hears_it(void **state)
{
	Peer *peer = *state;
	peer->free_on_object = true;
	say(peer, "{\"n\":1}\n{\"n\":2}\n");
	while (peer->channel)
		g_main_context_iteration(NULL, TRUE);
	assert_string_equal(peer->heard->str, "1;");
}

static void
what_was_sent_arrives_before_a_finish(void **state)
{
	Peer *peer = *state;
	g_autoptr(JsonObject) object = json_object_new();
	json_set_number(object, "n", 7);
	line_channel_send(peer->channel, object);
	line_channel_finish(peer->channel);
	while (!peer->closed)
		g_main_context_iteration(NULL, TRUE);
	char buffer[64] = { 0 };
	assert_int_equal(read(peer->other, buffer, sizeof(buffer) - 1), 8);
	assert_string_equal(buffer, "{\"n\":7}\n");
	assert_int_equal(read(peer->other, buffer, sizeof(buffer)), 0);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			lines_in_pieces_are_heard_whole_and_in_order, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_no_object_ends_the_channel, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_end_is_told_once, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_peer_that_does_not_read_is_dropped, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_channel_may_be_freed_by_who_hears_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_was_sent_arrives_before_a_finish, set_up, tear_down),
	};
	return cmocka_run_group_tests_name("line_channel", tests, NULL, NULL);
}
