//! Calls of a protocol's handlers.

use ndis_sys::{
    NDIS_BIND_PARAMETERS, NDIS_HANDLE, NDIS_OID_REQUEST, NDIS_STATUS, NDIS_STATUS_FAILURE,
    NDIS_STATUS_INDICATION, NDIS_STATUS_SUCCESS, NET_PNP_EVENT_NOTIFICATION,
};

use super::Protocol;
use crate::ndis::callback::{Handler, call};

/// Each is called with what its page says, which is valid for the call.
impl Protocol {
    pub fn set_options(&self) -> NDIS_STATUS {
        let mut status = NDIS_STATUS_SUCCESS;
        if let Some(handler) = self.characteristics.SetOptionsHandler {
            let (driver, context) = (self.handle as NDIS_HANDLE, self.context());
            // SAFETY: it is the driver's handler, with its handle and context.
            let code = || status = unsafe { handler(driver, context) };
            // SAFETY: there is nothing to drop.
            unsafe { call(Handler::SetOptions, handler as usize, code) };
        }
        status
    }

    pub fn bind(&self, bind: usize, parameters: *mut NDIS_BIND_PARAMETERS) -> NDIS_STATUS {
        let mut status = NDIS_STATUS_FAILURE;
        if let Some(handler) = self.characteristics.BindAdapterHandlerEx {
            let context = self.context();
            // SAFETY: it is the driver's handler; the parameters stay until the bind is complete.
            let code = || status = unsafe { handler(context, bind as NDIS_HANDLE, parameters) };
            // SAFETY: there is nothing to drop.
            unsafe { call(Handler::Bind, handler as usize, code) };
        }
        status
    }

    pub fn unbind(&self, unbind: usize, context: NDIS_HANDLE) -> NDIS_STATUS {
        let mut status = NDIS_STATUS_SUCCESS;
        if let Some(handler) = self.characteristics.UnbindAdapterHandlerEx {
            // SAFETY: it is the driver's handler, for a binding that it has opened.
            let code = || status = unsafe { handler(unbind as NDIS_HANDLE, context) };
            // SAFETY: there is nothing to drop.
            unsafe { call(Handler::Unbind, handler as usize, code) };
        }
        status
    }

    pub fn open_complete(&self, context: NDIS_HANDLE, status: NDIS_STATUS) {
        if let Some(handler) = self.characteristics.OpenAdapterCompleteHandlerEx {
            // SAFETY: it is the driver's handler, for an open that was pending.
            let code = || unsafe { handler(context, status) };
            // SAFETY: there is nothing to drop.
            unsafe { call(Handler::OpenComplete, handler as usize, code) };
        }
    }

    pub fn close_complete(&self, context: NDIS_HANDLE) {
        if let Some(handler) = self.characteristics.CloseAdapterCompleteHandlerEx {
            // SAFETY: it is the driver's handler, for a close that was pending.
            let code = || unsafe { handler(context) };
            // SAFETY: there is nothing to drop.
            unsafe { call(Handler::CloseComplete, handler as usize, code) };
        }
    }

    pub fn event(
        &self,
        kind: Handler,
        context: NDIS_HANDLE,
        notification: *mut NET_PNP_EVENT_NOTIFICATION,
    ) -> NDIS_STATUS {
        let mut status = NDIS_STATUS_FAILURE;
        if let Some(handler) = self.characteristics.NetPnPEventHandler {
            // SAFETY: it is the driver's handler; the notification stays until the event is complete.
            let code = || status = unsafe { handler(context, notification) };
            // SAFETY: there is nothing to drop.
            unsafe { call(kind, handler as usize, code) };
        }
        status
    }

    pub fn oid_complete(
        &self,
        context: NDIS_HANDLE,
        request: *mut NDIS_OID_REQUEST,
        status: NDIS_STATUS,
        direct: bool,
    ) {
        let given = &self.characteristics;
        let handler = match given.DirectOidRequestCompleteHandler {
            Some(handler) if direct => Some(handler),
            _ => given.OidRequestCompleteHandler,
        };
        if let Some(handler) = handler {
            // SAFETY: it is the driver's handler, for a request of its own that was pending.
            let code = || unsafe { handler(context, request, status) };
            // SAFETY: there is nothing to drop.
            unsafe { call(Handler::OidComplete, handler as usize, code) };
        }
    }

    pub fn status(&self, context: NDIS_HANDLE, indication: *mut NDIS_STATUS_INDICATION) {
        if let Some(handler) = self.characteristics.StatusHandlerEx {
            // SAFETY: it is the driver's handler; the indication is valid for the call.
            let code = || unsafe { handler(context, indication) };
            // SAFETY: there is nothing to drop.
            unsafe { call(Handler::Status, handler as usize, code) };
        }
    }
}
