#pragma once
/*
 * From a folder's name ('/' between levels, any bytes a server may send) to its path on disk: each level
 * escaped with %XX so that it is one harmless component, never ".", "..", hidden, cur, new or tmp.
 * Two names never give the same path; what is too long is cut and ends in "%~" and a hash. Pure. Any thread.
 */
#include <glib.h>
#include <stdbool.h>

enum { FOLDER_COMPONENT_LIMIT = 200, FOLDER_PATH_LIMIT = 1000, FOLDER_LEVELS_LIMIT = 24 };

/* The path of a name. The caller owns it. */
char *folder_path_escape(const char *name);

/*
 * The path as Maildir++ has it: ".Level.Level", where levels stand as they are but for dots in them. NAME has DELIMITER
 * between its levels ('\0': it has one). The caller owns it.
 */
char *folder_path_dotted(const char *name, char delimiter);

/* The name of a path of either form, "" being the inbox's; NULL as folder_path_unescape. The caller owns it. */
char *folder_path_name(const char *path);

/* The name of a path; NULL if it was cut or is none of ours. The caller owns it. */
char *folder_path_unescape(const char *path);

/* A path told apart from another that a disk which folds case would take for the same. The caller owns it. */
char *folder_path_distinct(const char *path, const char *remote);

/* PATH as a disk that folds case and normal forms compares it. The caller owns it. */
char *folder_path_fold(const char *path);
