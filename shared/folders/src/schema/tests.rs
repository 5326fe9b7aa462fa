//! Loading and refusing whole schemas.
