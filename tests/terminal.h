#pragma once
/*
 * A terminal for tests: runs a program on a pty, keeps what it draws in a terminal emulator (libvterm),
 * types at it. No sleeps: the program writes to the descriptor that CURLEW_TEST_DRAWN_FD names when it
 * has drawn and nothing is under way: the number of keys it has taken so far, and its size; the terminal counts what it
 * types and waits for that number and its own size. A program that never answers fails the test after a minute.
 */
#include <glib.h>
#include <stdbool.h>
#include <stddef.h>

typedef struct TestTerminal TestTerminal;

typedef struct TestCell {
	char text[32]; /* UTF-8; "" for the right half of a wide character */
	bool bold, reverse, underline;
	int fg, bg; /* index of the palette; -1: default */
} TestCell;

/* ENVIRONMENT: "NAME=value", added to PATH and the sanitizers' options if it has none. Waits until it has drawn. */
TestTerminal *test_terminal_open(
	const char *const *argv, char **environment, int rows, int columns);
/* The same without waiting. */
TestTerminal *test_terminal_start(
	const char *const *argv, char **environment, int rows, int columns);
void test_terminal_close(TestTerminal *terminal); /* kills what still runs */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(TestTerminal, test_terminal_close)

void test_terminal_type(TestTerminal *terminal, const char *text); /* a key each; does not wait */
void test_terminal_press(TestTerminal *terminal, const char *key); /* "PgDn", "C-d", "Enter", "j" */
/* Button 1, or 4 and 5 for the wheel, pressed and released. */
void test_terminal_click(TestTerminal *terminal, int row, int column, int button);
/* TEXT between the marks of a paste, in one write; counts as one key. */
void test_terminal_paste(TestTerminal *terminal, const char *text);
void test_terminal_focus(TestTerminal *terminal, bool focused); /* comes or goes */
void test_terminal_resize(TestTerminal *terminal, int rows, int columns);
void test_terminal_wait(TestTerminal *terminal);        /* until all of that is drawn */
bool test_terminal_wait_or_end(TestTerminal *terminal); /* false: the program has ended instead */
void test_terminal_keys(
	TestTerminal *terminal, const char *words); /* presses each word, then waits */
void test_terminal_wait_text(
	TestTerminal *terminal, const char *text); /* until it stands somewhere */
void test_terminal_wait_line(
	TestTerminal *terminal, int row, const char *text); /* until it stands there */

void test_terminal_wait_bytes(
	TestTerminal *terminal, const char *bytes); /* until the program has written them */

char *test_terminal_text(TestTerminal *terminal); /* all lines, trailing blanks cut, each with \n */
char *test_terminal_line(TestTerminal *terminal, int row);
TestCell test_terminal_cell(TestTerminal *terminal, int row, int column);
bool test_terminal_cursor(TestTerminal *terminal, int *row, int *column); /* is it visible? */

/* All bytes the program has written; belongs to TERMINAL. */
const GByteArray *test_terminal_bytes(const TestTerminal *terminal);

int test_terminal_pid(const TestTerminal *terminal);
/* Waits for the program's end; what waitpid says. */
int test_terminal_wait_end(TestTerminal *terminal);
void test_terminal_wait_end_well(TestTerminal *terminal); /* with exit code 0 */
/* Does the terminal echo and wait for lines, as a shell left it? */
bool test_terminal_is_cooked(const TestTerminal *terminal);
