package main

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var groupVersion = schema.GroupVersion{Group: "tickstorm.io", Version: "v1alpha1"}

// TickStorm is the resource as far as this operator knows it: the spec stays as it came.
type TickStorm struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   runtime.RawExtension `json:"spec,omitempty"`
	Status TickStormStatus      `json:"status,omitempty"`
}

// TickStormStatus holds the fields that any operator of such a resource would write.
type TickStormStatus struct {
	ObservedGeneration int64              `json:"observedGeneration,omitempty"`
	Replicas           int32              `json:"replicas"`
	ReadyReplicas      int32              `json:"readyReplicas"`
	Selector           string             `json:"selector,omitempty"`
	Conditions         []metav1.Condition `json:"conditions,omitempty"`
}

// TickStormList is what a list of them comes as.
type TickStormList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []TickStorm `json:"items"`
}

func (t *TickStorm) DeepCopyObject() runtime.Object { return t.deepCopy() }

func (t *TickStorm) deepCopy() *TickStorm {
	out := *t
	t.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	t.Spec.DeepCopyInto(&out.Spec)
	out.Status.Conditions = append([]metav1.Condition(nil), t.Status.Conditions...)
	return &out
}

func (l *TickStormList) DeepCopyObject() runtime.Object {
	out := *l
	out.Items = make([]TickStorm, len(l.Items))
	for i := range l.Items {
		out.Items[i] = *l.Items[i].deepCopy()
	}
	return &out
}

func addToScheme(scheme *runtime.Scheme) error {
	scheme.AddKnownTypes(groupVersion, &TickStorm{}, &TickStormList{})
	metav1.AddToGroupVersion(scheme, groupVersion)
	return nil
}
