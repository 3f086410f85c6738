#pragma once
/* The commands that do something to what is marked, to the message under the cursor, or to the open one: for the tables
 * of list and reader. UI thread. */
#include "ui/screen/command.h"

void act_run_unread(Pane *pane, int count);
void act_run_flag(Pane *pane, int count);
void act_run_delete(Pane *pane, int count);
void act_run_archive(Pane *pane, int count);
void act_run_junk(Pane *pane, int count);
void act_run_move(Pane *pane, int count);
void act_run_copy(Pane *pane, int count);
void act_run_tag(Pane *pane, int count);
void act_run_untag(Pane *pane, int count);
void act_run_move_to(Pane *pane, const char *folder);
void act_run_copy_to(Pane *pane, const char *folder);
void act_run_tag_with(Pane *pane, const char *tag);
void act_run_untag_with(Pane *pane, const char *tag);
GPtrArray *act_folder_matches(Pane *pane, const char *text); /* of char * */

#define ACT_COMMANDS                                                                              \
	{ "delete", "d", NULL, "delete the message: to Trash, and from there or Junk for ever",   \
		act_run_delete, COMMAND_ON_ROWS },                                                \
		{ "archive", "a", NULL, "move the message to Archive", act_run_archive,           \
			COMMAND_ON_ROWS },                                                        \
		{ "junk", "X", NULL, "move the message to Junk", act_run_junk, COMMAND_ON_ROWS }, \
		{ "move", "s", NULL, "move the message to a folder, by a part of its name",       \
			act_run_move, COMMAND_ON_ROWS, .run_with = act_run_move_to,               \
			.matches = act_folder_matches },                                          \
		{ "copy", "C", NULL, "copy the message to a folder, by a part of its name",       \
			act_run_copy, COMMAND_ON_ROWS, .run_with = act_run_copy_to,               \
			.matches = act_folder_matches },                                          \
		{ "toggle-unread", "U", NULL, "mark the message read, or unread", act_run_unread, \
			COMMAND_ON_ROWS },                                                        \
		{ "toggle-flag", "F", NULL, "flag the message, or take the flag off",             \
			act_run_flag, COMMAND_ON_ROWS },                                          \
		{ "tag", "+", NULL, "put a tag on the message; Tab completes", act_run_tag,       \
			COMMAND_ON_ROWS, .run_with = act_run_tag_with },                          \
	{                                                                                         \
		"untag", "-", NULL, "take a tag off the message", act_run_untag, COMMAND_ON_ROWS, \
			.run_with = act_run_untag_with                                            \
	}
