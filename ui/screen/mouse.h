#pragma once
/* What a mouse does to a pane. */

typedef enum MouseAction {
	MOUSE_SELECT,
	MOUSE_OPEN, /* clicked again on the same row */
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
} MouseAction;

enum { MOUSE_WHEEL_ROWS = 3 };
