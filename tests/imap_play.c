#include "tests/imap_play.h"

#include <cmocka.h>
#include <string.h>
#include <sys/socket.h>

#include "index/maildir_name.h"

static bool
go_on(ImapPlay *play)
{
	g_string_append_c(play->heard, '\n');
	return !play->stop_after || ++play->lines < play->stop_after;
}

static void
say_text(GString *heard, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size && i < 300; i++)
		if (g_ascii_isprint(bytes[i]))
			g_string_append_c(heard, bytes[i]);
		else
			g_string_append_printf(heard, "\\%02x", (unsigned char)bytes[i]);
}

static void
say_flags(GString *heard, const ImapFetch *fetch)
{
	static const char letters[] = "DFPRST";
	g_string_append(heard, " flags ");
	for (unsigned i = 0; i < strlen(letters); i++)
		if (fetch->flags & 1u << i)
			g_string_append_c(heard, letters[i]);
	for (size_t i = 0; fetch->keywords[i]; i++)
		g_string_append_printf(heard, ",%s", fetch->keywords[i]);
}

static bool
on_fetch(const ImapFetch *fetch, void *data)
{
	ImapPlay *play = data;
	g_string_append_printf(play->heard, "fetch %u uid %u", fetch->sequence, fetch->uid);
	if (fetch->has_flags)
		say_flags(play->heard, fetch);
	if (fetch->has_internal_date)
		g_string_append_printf(
			play->heard, " date %" G_GINT64_FORMAT, fetch->internal_date);
	if (fetch->has_size)
		g_string_append_printf(play->heard, " size %u", fetch->size);
	if (fetch->modseq)
		g_string_append_printf(play->heard, " modseq %" G_GUINT64_FORMAT, fetch->modseq);
	if (fetch->header) {
		g_string_append(play->heard, " header ");
		say_text(play->heard, fetch->header, fetch->header_length);
	}
	if (fetch->has_body)
		g_string_append_printf(play->heard, " body %" G_GUINT64_FORMAT, fetch->body_size);
	return go_on(play);
}

static bool
on_folder(const ImapFolder *folder, void *data)
{
	ImapPlay *play = data;
	g_string_append(play->heard, "folder ");
	say_text(play->heard, folder->name, strlen(folder->name));
	g_string_append_printf(play->heard, " %c role %d%s%s%s",
		folder->delimiter ? folder->delimiter : '-', folder->role,
		folder->no_select ? " no-select" : "", folder->non_existent ? " non-existent" : "",
		folder->no_inferiors ? " no-inferiors" : "");
	return go_on(play);
}

static bool
on_status(const ImapStatus *status, void *data)
{
	ImapPlay *play = data;
	g_string_append(play->heard, "status ");
	say_text(play->heard, status->name, strlen(status->name));
	const struct {
		const char *word;
		bool has;
		uint64_t value;
	} items[] = {
		{ "messages", status->has_messages, status->messages },
		{ "unseen", status->has_unseen, status->unseen },
		{ "uidnext", status->has_uidnext, status->uidnext },
		{ "uidvalidity", status->has_uidvalidity, status->uidvalidity },
		{ "modseq", status->has_modseq, status->modseq },
	};
	for (size_t i = 0; i < G_N_ELEMENTS(items); i++)
		if (items[i].has)
			g_string_append_printf(play->heard, " %s %" G_GUINT64_FORMAT, items[i].word,
				items[i].value);
	return go_on(play);
}

static bool
on_search(const uint32_t *numbers, size_t count, void *data)
{
	ImapPlay *play = data;
	g_string_append(play->heard, "search");
	for (size_t i = 0; i < count; i++)
		g_string_append_printf(play->heard, " %u", numbers[i]);
	return go_on(play);
}

static bool
body_begin(uint64_t size, void *data)
{
	ImapPlay *play = data;
	g_string_append_printf(play->heard, "begin %" G_GUINT64_FORMAT " ", size);
	return true;
}

static bool
body_data(const char *bytes, size_t size, void *data)
{
	ImapPlay *play = data;
	say_text(play->heard, bytes, size);
	return true;
}

static bool
body_end(void *data)
{
	ImapPlay *play = data;
	g_string_append(play->heard, " end");
	return go_on(play);
}

static void
body_drop(void *data)
{
	ImapPlay *play = data;
	g_string_append(play->heard, "drop\n");
}

static void
on_skipped(const char *why, void *data)
{
	ImapPlay *play = data;
	g_string_append_printf(play->heard, "skip %s\n", why);
}

static const ImapHandlers handlers = {
	.on_fetch = on_fetch,
	.on_folder = on_folder,
	.on_status = on_status,
	.on_search = on_search,
	.body_begin = body_begin,
	.body_data = body_data,
	.body_end = body_end,
	.body_drop = body_drop,
};

ImapPlay *
imap_play_open(
	const FakeStep *steps, gnutls_certificate_credentials_t credentials, const char *ca_file)
{
	ImapPlay *play = g_new0(ImapPlay, 1);
	play->heard = g_string_new(NULL);
	play->server = fake_server_start(steps, credentials, NULL);
	Server server = { .scheme = SERVER_IMAP,
		.security = credentials ? SECURITY_STARTTLS : SECURITY_PLAIN,
		.host = credentials ? "localhost" : "127.0.0.1",
		.port = fake_server_port(play->server) };
	ConnectionTarget target = { .server = &server, .ca_file = ca_file };
	/* the read limit is what a mute row waits for, and what a loaded machine has for an answer */
	ConnectionLimits limits = { .connect = 10, .handshake = 10, .read = 2 };
	Connection *connection = connection_open(&target, &limits, NULL, NULL, &play->error);
	assert_non_null(connection);
	int fd = mailstream_low_get_fd(mailstream_get_low(connection_stream(connection)));
	int small = 32768; /* as the fake server's */
	setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &small, sizeof small);
	play->session = imap_open(connection, &server, &play->error);
	if (play->session)
		imap_set_handlers(play->session, &handlers, play);
	if (play->session)
		imap_set_on_skipped(play->session, on_skipped, play);
	return play;
}

void
imap_play_free(ImapPlay *play)
{
	imap_close(play->session);
	fake_server_free(play->server);
	g_string_free(play->heard, TRUE);
	g_clear_error(&play->error);
	g_free(play);
}

bool
imap_play_noop(ImapPlay *play)
{
	g_clear_error(&play->error);
	return imap_command(play->session, &play->error, "NOOP");
}

void
imap_play_assert_error(const ImapPlay *play, const char *row, int code, const char *words)
{
	if (!play->error)
		fail_msg("%s: no error", row);
	if (!strstr(play->error->message, words) || play->error->code != code)
		fail_msg("%s: code %d, %s", row, play->error->code, play->error->message);
}

void
imap_play_end(ImapPlay *play, const char *row)
{
	imap_close(g_steal_pointer(&play->session));
	const char *failure = fake_server_join(play->server);
	if (failure)
		fail_msg("%s: %s", row, failure);
}
