#include <cmocka.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "index/error.h"
#include "index/message.h"

/* The directory of a test, with mails and helpers in it. */
typedef struct Place {
	char *path;
} Place;

static int
set_up(void **state)
{
	Place *place = g_new0(Place, 1);
	place->path = g_dir_make_tmp("message-XXXXXX", NULL);
	*state = place;
	return place->path == NULL;
}

static int
tear_down(void **state)
{
	Place *place = *state;
	GDir *directory = g_dir_open(place->path, 0, NULL);
	const char *name;
	while (directory != NULL && (name = g_dir_read_name(directory)) != NULL) {
		g_autofree char *path = g_build_filename(place->path, name, NULL);
		g_unlink(path);
	}
	g_clear_pointer(&directory, g_dir_close);
	g_rmdir(place->path);
	g_free(place->path);
	g_free(place);
	return 0;
}

static char *
write_file(Place *place, const char *name, const char *bytes, gssize length)
{
	char *path = g_build_filename(place->path, name, NULL);
	assert_true(g_file_set_contents(path, bytes, length, NULL));
	return path;
}

/* A helper that is a shell script; %s in it is the real one. */
static MessageReader *
fake(Place *place, const char *body)
{
	g_autoptr(GString) script = g_string_new("#!/bin/sh\nPATH=/usr/bin:/bin\n");
	g_string_append(script, body);
	g_string_replace(script, "REAL", MIME_HELPER, 0);
	g_string_replace(script, "HERE", place->path, 0);
	g_autofree char *path = write_file(place, "helper", script->str, -1);
	assert_int_equal(chmod(path, 0700), 0);
	MessageReader *reader = message_reader_new(path);
	return reader;
}

static char *
simple_mail(Place *place)
{
	return write_file(place, "simple", "From: a@b.example\nSubject: one\n\nhello\n", -1);
}

static void
assert_shows(MessageReader *reader, const char *file)
{
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) message = message_reader_show(reader, file, 80, NULL, &error);
	if (message == NULL)
		fail_msg("%s", error->message);
	assert_string_equal(json_text(message, "subject"), "one");
	assert_string_equal(json_text(message, "text"), "hello\n");
}

static void
assert_fails(MessageReader *reader, const char *file, int code, const char *words)
{
	g_autoptr(GError) error = NULL;
	assert_null(message_reader_show(reader, file, 80, NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, code));
	if (strstr(error->message, words) == NULL)
		fail_msg("\"%s\" without \"%s\"", error->message, words);
}

static void
a_message_and_its_parts_are_shown(void **state)
{
	g_autofree char *file = simple_mail(*state);
	g_autoptr(MessageReader) reader = message_reader_new(MIME_HELPER);
	assert_shows(reader, file);
	g_autoptr(GBytes) bytes = message_reader_part(reader, file, "1", NULL, NULL);
	assert_non_null(bytes);
	assert_int_equal(g_bytes_get_size(bytes), 6);
	assert_memory_equal(g_bytes_get_data(bytes, NULL), "hello\n", 6);
	assert_shows(reader, file);
}

static void
the_text_of_a_part_is_decoded(void **state)
{
	static const char mail[] = "Content-Type: multipart/mixed; boundary=b\n\n"
				   "--b\nContent-Type: text/html; charset=koi8-r\n"
				   "Content-Disposition: attachment\n\n<p>\xf0\xd2\xc9\n"
				   "--b\nContent-Type: image/png\n\nx\n--b--\n";
	g_autofree char *file = write_file(*state, "parts", mail, -1);
	g_autoptr(MessageReader) reader = message_reader_new(MIME_HELPER);
	g_autoptr(GError) error = NULL;
	g_autofree char *text = message_reader_text(reader, file, "1", 80, NULL, &error);
	assert_string_equal(text, "При\n");
	assert_null(message_reader_text(reader, file, "2", 80, NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_NOT_FOUND));
}

static void
what_is_not_there_is_an_error_and_no_death(void **state)
{
	g_autofree char *file = simple_mail(*state);
	g_autoptr(MessageReader) reader = message_reader_new(MIME_HELPER);
	assert_fails(reader, "/nonexistent", INDEX_ERROR_NOT_FOUND, "/nonexistent");
	g_autoptr(GError) error = NULL;
	assert_null(message_reader_part(reader, file, "7", NULL, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_NOT_FOUND));
	assert_shows(reader, file);
}

static void
no_helper_is_an_error(void **state)
{
	g_autoptr(MessageReader) reader = message_reader_new("/nonexistent");
	assert_fails(reader, "/dev/null", INDEX_ERROR_HELPER, "/nonexistent");
}

static void
a_death_costs_one_message(void **state)
{
	static const struct {
		const char *death, *words;
	} cases[] = {
		{ "kill -SEGV $$", "signal 11" },
		{ "exit 1", "left" },
		{ "printf '{\"id\":1,\"ok\":tr'; kill -ABRT $$", "signal 6" },
		{ "printf '{\"id\":1,\"ok\":true,\"message\":{},\"text_bytes\":9}\\nabc'; exit 0",
			"left" },
		{ "echo no json", "protocol" },
		{ "echo '{\"id\":77,\"ok\":true,\"message\":{}}'", "protocol" },
		{ "echo '{\"id\":1,\"ok\":true}'", "protocol" },
		{ "echo '{\"id\":1,\"ok\":true,\"message\":{},\"text_bytes\":99999999999}'",
			"protocol" },
		{ "echo '{\"id\":1,\"more\":\"parts\"}'", "protocol" },
		{ "yes | tr -d '\\n'", "protocol" },
	};
	g_autofree char *file = simple_mail(*state);
	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		g_autofree char *body =
			g_strdup_printf("if [ -e HERE/died ]; then rm HERE/died; exec REAL; fi\n"
					"> HERE/died\nread line\n%s\nread line\n",
				cases[i].death);
		g_autoptr(MessageReader) reader = fake(*state, body);
		assert_fails(reader, file, INDEX_ERROR_HELPER, cases[i].words);
		assert_shows(reader, file);
	}
}

static void
a_helper_that_hangs_is_killed(void **state)
{
	g_autofree char *file = simple_mail(*state);
	g_autoptr(MessageReader) reader = fake(*state, "if [ -e HERE/died ]; then exec REAL; fi\n"
						       "> HERE/died\nread line\nread line\n");
	message_reader_set_patience(reader, 1);
	assert_fails(reader, file, INDEX_ERROR_HELPER, "longer than 1 s");
	message_reader_set_patience(reader, 60);
	assert_shows(reader, file);
}

static void
a_helper_that_left_between_questions_is_not_missed(void **state)
{
	g_autofree char *file = simple_mail(*state);
	g_autoptr(MessageReader) reader = fake(*state, "head -n 1 | REAL\n");
	for (int i = 0; i < 3; i++)
		assert_shows(reader, file);
}

static void *
cancel_soon(void *data)
{
	g_autofree char *path = g_strdup(g_object_get_data(data, "path"));
	while (g_access(path, F_OK) != 0)
		g_thread_yield();
	g_cancellable_cancel(data);
	return NULL;
}

static void
a_question_can_be_cancelled(void **state)
{
	Place *place = *state;
	g_autofree char *file = simple_mail(place);
	g_autofree char *asked = g_build_filename(place->path, "asked", NULL);
	g_autoptr(MessageReader) reader = fake(place, "read line\n> HERE/asked\nread line\n");
	g_autoptr(GCancellable) cancel = g_cancellable_new();
	g_object_set_data(G_OBJECT(cancel), "path", asked);
	GThread *thread = g_thread_new("cancel", cancel_soon, cancel);
	g_autoptr(GError) error = NULL;
	assert_null(message_reader_show(reader, file, 80, cancel, &error));
	assert_true(g_error_matches(error, INDEX_ERROR, INDEX_ERROR_CANCELLED));
	g_thread_join(thread);
}

static void
answers_longer_than_a_line_arrive_whole(void **state)
{
	g_autoptr(GString) mail = g_string_new(NULL);
	for (int i = 0; i < 9000; i++)
		g_string_append_printf(mail, "X-%d: %0100d\n", i, i);
	g_string_append(mail, "Content-Type: multipart/mixed; boundary=b\n\n");
	for (int i = 0; i < 4000; i++)
		g_string_append_printf(
			mail, "--b\nContent-Disposition: attachment; filename=%d\n\nx\n", i);
	g_string_append(mail, "--b\n\n");
	for (int i = 0; i < 300000; i++)
		g_string_append(mail, "a line\n");
	g_string_append(mail, "--b--\n");
	g_autofree char *file = write_file(*state, "large", mail->str, (gssize)mail->len);
	g_autoptr(MessageReader) reader = message_reader_new(MIME_HELPER);
	g_autoptr(GError) error = NULL;
	g_autoptr(JsonObject) message = message_reader_show(reader, file, 80, NULL, &error);
	if (message == NULL)
		fail_msg("%s", error->message);
	JsonArray *headers = json_array(message, "headers");
	JsonArray *attachments = json_array(message, "attachments");
	assert_int_equal(json_array_get_length(headers), 9001);
	assert_string_equal(
		json_text(json_array_get_object_element(headers, 8999), "name"), "X-8999");
	assert_int_equal(json_array_get_length(attachments), 4000);
	assert_string_equal(
		json_text(json_array_get_object_element(attachments, 3999), "name"), "3999");
	assert_int_equal(strlen(json_text(message, "text")), 300000 * 7 - 1);
}

static void
a_large_part_arrives_whole(void **state)
{
	g_autoptr(GString) mail = g_string_new("Content-Type: application/x\n\n");
	size_t header = mail->len;
	for (int i = 0; i < 1000000; i++)
		g_string_append_printf(mail, "%06d\n", i);
	g_autofree char *file = write_file(*state, "large", mail->str, (gssize)mail->len);
	g_autoptr(MessageReader) reader = message_reader_new(MIME_HELPER);
	g_autoptr(GBytes) bytes = message_reader_part(reader, file, "1", NULL, NULL);
	assert_non_null(bytes);
	assert_int_equal(g_bytes_get_size(bytes), mail->len - header);
	assert_memory_equal(g_bytes_get_data(bytes, NULL), mail->str + header, mail->len - header);
}

int
main(void)
{
#define IN_A_PLACE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		IN_A_PLACE(a_message_and_its_parts_are_shown),
		IN_A_PLACE(the_text_of_a_part_is_decoded),
		IN_A_PLACE(what_is_not_there_is_an_error_and_no_death),
		IN_A_PLACE(no_helper_is_an_error),
		IN_A_PLACE(a_death_costs_one_message),
		IN_A_PLACE(a_helper_that_hangs_is_killed),
		IN_A_PLACE(a_helper_that_left_between_questions_is_not_missed),
		IN_A_PLACE(a_question_can_be_cancelled),
		IN_A_PLACE(answers_longer_than_a_line_arrive_whole),
		IN_A_PLACE(a_large_part_arrives_whole),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
