/*
 * The screen while a disk is full: the real program and agent beside a mail server, the state or the mail on a small
 * disk. Every key is answered, it is said what is wrong, and all goes on when there is room again.
 */
#include <cmocka.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "screen_fixture.h"
#include "screen_server.h"
#include "small_disk.h"

enum { DISK_KILOBYTES = 4096 };

typedef struct Full {
	ScreenProfile *profile;
	ScreenServer *server;
	char *disk;
	TestTerminal *terminal;
} Full;

static bool allowed;

static void
start(Full *full)
{
	const char *argv[] = { CURLEW_BUILD "/curlew", NULL };
	full->terminal = test_terminal_open(argv, full->profile->environment, 24, 100);
	test_terminal_wait_text(full->terminal, "work ✓");
}

/* DISK: what lies on the small disk, below the profile. */
static Full *
open_full(const char *disk)
{
	Full *full = g_new0(Full, 1);
	full->profile = screen_profile_new_empty();
	full->server = screen_server_start(full->profile);
	full->disk = g_build_filename(full->profile->root, disk, NULL);
	small_disk_mount(full->disk, DISK_KILOBYTES);
	start(full);
	test_terminal_wait_text(full->terminal, "Number 3");
	return full;
}

static void
kill_holder(const Full *full, const char *lock)
{
	g_autofree char *path = g_build_filename(full->profile->root, "state/curlew", lock, NULL);
	g_autofree char *text = NULL;
	int pid = g_file_get_contents(path, &text, NULL, NULL) ? atoi(text) : 0;
	if (pid > 1)
		kill(pid, SIGKILL);
}

static void
close_full(Full *full)
{
	test_terminal_close(full->terminal);
	kill_holder(full, "work/lock");
	kill_holder(full, "index.lock");
	screen_server_free(full->server);
	small_disk_unmount(full->disk);
	screen_profile_free(full->profile);
	g_free(full->disk);
	g_free(full);
}

static char *
memory_of(const Full *full)
{
	g_autofree char *path =
		g_build_filename(full->profile->root, "state/curlew/screen.json", NULL);
	char *text = NULL;
	g_file_get_contents(path, &text, NULL, NULL);
	return text;
}

static void
end(Full *full)
{
	test_terminal_keys(full->terminal, "g i g g");
	test_terminal_press(full->terminal, "Q");
	assert_int_equal(test_terminal_wait_end(full->terminal), 0);
	test_terminal_close(full->terminal);
}

static void
a_full_disk_of_the_state_is_said_and_goes_on_with_room(void **state)
{
	if (!allowed)
		skip();
	Full *full = open_full("state");
	small_disk_fill(full->disk);
	screen_server_add_mail(full->server, 4, 0);
	test_terminal_keys(full->terminal, "$ g m");
	test_terminal_wait_text(full->terminal,
		"work: stopped, the state database: database or disk is full; make room");
	test_terminal_keys(full->terminal, "q");
	screen_fixture_press_everywhere(full->terminal, "G Enter");
	small_disk_make_room(full->disk);
	test_terminal_wait_text(full->terminal, "Number 4");
	test_terminal_wait_text(full->terminal, "work ✓");
	close_full(full);
}

static void
a_full_disk_of_the_mail_is_said_and_goes_on_with_room(void **state)
{
	if (!allowed)
		skip();
	Full *full = open_full("data");
	small_disk_fill(full->disk);
	screen_server_add_mail(full->server, 4, 100000);
	test_terminal_keys(full->terminal, "$");
	test_terminal_wait_text(full->terminal, "No space left on device; make room");
	test_terminal_wait_text(full->terminal, "Number 4");
	screen_fixture_press_everywhere(full->terminal, "G Enter");
	small_disk_make_room(full->disk);
	test_terminal_wait_text(full->terminal, "work ✓");
	test_terminal_keys(full->terminal, "g i g g Enter");
	test_terminal_wait_text(full->terminal, "The body of number 4");
	close_full(full);
}

/* What the screen remembers is written anew at its end: all of it, or what was there before stays. */
static void
a_full_disk_damages_no_memory_of_the_screen(void **state)
{
	if (!allowed)
		skip();
	Full *full = open_full("state");
	end(full);
	g_autofree char *before = memory_of(full);
	assert_non_null(before);
	start(full);
	test_terminal_keys(full->terminal, "c w o r k / I N B O X Enter");
	test_terminal_keys(full->terminal, "G z M");
	small_disk_fill(full->disk);
	end(full);
	g_autofree char *after = memory_of(full);
	assert_string_equal(after, before);
	small_disk_make_room(full->disk);
	start(full);
	end(full);
	g_autofree char *last = memory_of(full);
	assert_non_null(last);
	start(full);
	close_full(full);
}

int
main(void)
{
	allowed = small_disks_begin();
	if (!allowed)
		print_message("no small disk can be mounted here: these tests are skipped\n");
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_full_disk_of_the_state_is_said_and_goes_on_with_room),
		cmocka_unit_test(a_full_disk_of_the_mail_is_said_and_goes_on_with_room),
		cmocka_unit_test(a_full_disk_damages_no_memory_of_the_screen),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
