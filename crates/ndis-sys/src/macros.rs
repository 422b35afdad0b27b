//! How the tables of this crate are written.

/// Declares callback types: the function that a driver writes, and the nullable pointer to it that
/// structs hold, under each of the names given for it.
macro_rules! callbacks {
    ($(
        $(#[$doc:meta])*
        $name:ident, $($handler:ident),+ = fn($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?;
    )*) => {$(
        $(#[$doc])*
        pub type $name = unsafe extern "efiapi" fn($($arg: $ty),*) $(-> $ret)?;

        $(
            #[doc = concat!("Pointer to a [`", stringify!($name), "`]; `None` is NULL.")]
            pub type $handler = Option<$name>;
        )+
    )*};
}

/// Declares exports of NDIS.SYS: the import where the target is Windows, and everywhere the type
/// that such a function has for one who provides it.
macro_rules! imports {
    ($(
        $(#[$doc:meta])*
        fn $name:ident as $alias:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)?;
    )*) => {
        #[cfg(windows)]
        #[link(name = "NDIS.SYS", kind = "raw-dylib", modifiers = "+verbatim")]
        unsafe extern "system" {
            $(
                $(#[$doc])*
                pub fn $name($($arg: $ty),*) $(-> $ret)?;
            )*
        }

        $(
            #[doc = concat!("Type of `", stringify!($name), "`.")]
            ///
            $(#[$doc])*
            pub type $alias = unsafe extern "efiapi" fn($($arg: $ty),*) $(-> $ret)?;
        )*
    };
}

/// Declares status codes, written as the 32 bits that the headers and the documentation show.
macro_rules! statuses {
    ($( $(#[$doc:meta])* $name:ident = $bits:literal; )*) => {$(
        $(#[$doc])*
        pub const $name: $crate::NDIS_STATUS = u32::cast_signed($bits);
    )*};
}

/// Declares types that are only handled by pointer.
macro_rules! opaque {
    ($( $(#[$doc:meta])* $name:ident; )*) => {$(
        $(#[$doc])*
        #[repr(C)]
        #[derive(Debug)]
        pub struct $name {
            _contents: [u8; 0],
            _not_send_sync_unpin: core::marker::PhantomData<(*mut u8, core::marker::PhantomPinned)>,
        }
    )*};
}

/// Implements `Default` as all bytes zero, for types that hold a union or a long array.
macro_rules! default_is_zero {
    ($($name:ident),* $(,)?) => {$(
        impl Default for $name {
            fn default() -> Self {
                // SAFETY: the type is made of integers, raw pointers and nullable function
                // pointers; zero bytes are a value of each of them.
                unsafe { core::mem::zeroed() }
            }
        }
    )*};
}
